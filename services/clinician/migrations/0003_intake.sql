-- The newest intake of each person, with its verdict on suitability. All of them are in the timeline.
CREATE TABLE latest_intake (
  patient_id text PRIMARY KEY,
  recorded_micros bigint NOT NULL,
  intake bytea NOT NULL                        -- events.v1.IntakeRecorded
);
