-- What the worklist is sorted and filtered by, and the newest vital signs. Rows can be rebuilt from
-- Kafka like all others.
ALTER TABLE patient ADD COLUMN substances text[] NOT NULL DEFAULT '{}';
-- Of the newest check-in; far past = never heard of.
ALTER TABLE patient ADD COLUMN heard_micros bigint NOT NULL DEFAULT -9223372036854775808;
-- When the schedule expects something next; far future = nothing is due.
ALTER TABLE patient ADD COLUMN next_due_micros bigint NOT NULL DEFAULT 9223372036854775807;
CREATE INDEX patient_by_staleness ON patient (heard_micros, patient_id);
CREATE INDEX patient_by_staleness_of_team ON patient (team, heard_micros, patient_id);
CREATE INDEX patient_by_next_due ON patient (next_due_micros, patient_id);
CREATE INDEX patient_by_next_due_of_team ON patient (team, next_due_micros, patient_id);

-- All versions of a plan, of each what the schedule is told by, in the order of the topic.
CREATE TABLE plan_version (
  patient_id text NOT NULL,
  record_offset bigint NOT NULL,
  recorded_micros bigint NOT NULL,
  plan bytea,                                  -- events.v1.CarePlan, parts; NULL = deleted
  PRIMARY KEY (patient_id, record_offset)
);

-- The newest time of each thing that moves a due time:
--   'received/KIND'     an accepted check-in of what entries may be satisfied by
--   'restarted/ENTRY/DUE'   the wait for what was due then (microseconds) began anew
CREATE TABLE due_fact (
  patient_id text NOT NULL,
  fact text NOT NULL,
  at_micros bigint NOT NULL,
  PRIMARY KEY (patient_id, fact)
);

CREATE TABLE latest_vital (
  patient_id text NOT NULL,
  vital text NOT NULL,                         -- field of events.v1.VitalSigns
  observed_micros bigint NOT NULL,
  value double precision NOT NULL,
  unit text NOT NULL,                          -- UCUM
  PRIMARY KEY (patient_id, vital)
);

-- For the statistics of a team's alarms.
ALTER TABLE alert_outcome ADD COLUMN called boolean NOT NULL DEFAULT true;  -- somebody, when raised
ALTER TABLE alert_outcome ADD COLUMN resolved_micros bigint;
ALTER TABLE alert_outcome ADD COLUMN outcome smallint NOT NULL DEFAULT 0;   -- events.v1.AlertOutcome
CREATE INDEX alert_of_team_by_time ON alert (team, raised_micros);

-- They have to see all records: the projection starts anew. Applying a record again changes nothing
-- in the other tables.
DELETE FROM projection_offset;
