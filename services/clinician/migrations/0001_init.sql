-- The read model of the clinician service. Every row can be rebuilt from Kafka.
--
-- Times are microseconds since 1970 (UTC); the exact times are in the protobuf bytes. Only plain
-- tables and indexes, each query led by patient or team, so that a distributed database that speaks
-- PostgreSQL's protocol can take the place of PostgreSQL: no sequences, triggers, NOTIFY or
-- advisory locks.

-- One row per person who has a plan or has sent anything.
CREATE TABLE patient (
  patient_id text PRIMARY KEY,
  team text NOT NULL DEFAULT '',
  status smallint NOT NULL DEFAULT 0,          -- events.v1.MonitoringStatus
  programmes int[] NOT NULL DEFAULT '{}',      -- events.v1.Programme
  spo2_scale smallint NOT NULL DEFAULT 0,      -- events.v1.Spo2Scale
  etag text NOT NULL DEFAULT '',
  care_plan bytea,                             -- events.v1.CarePlan; NULL = never enrolled
  -- Kept by the projection so that the worklist is one index scan.
  highest_open_priority smallint NOT NULL DEFAULT 0,  -- events.v1.Priority
  open_alerts int NOT NULL DEFAULT 0,
  unacknowledged_alerts int NOT NULL DEFAULT 0,
  oldest_unacknowledged_micros bigint,
  last_check_in_micros bigint,
  -- 0 = emergency, unacknowledged; 1 = emergency, acknowledged; 2 = urgent, unacknowledged; ...
  worklist_rank smallint NOT NULL DEFAULT 7,
  -- When the oldest unacknowledged (else the oldest open) alert was raised; far future if none.
  waiting_since_micros bigint NOT NULL DEFAULT 9223372036854775807
);
CREATE INDEX patient_worklist ON patient (worklist_rank, waiting_since_micros, patient_id);
CREATE INDEX patient_worklist_of_team
    ON patient (team, worklist_rank, waiting_since_micros, patient_id);

-- The newest score of each instrument.
CREATE TABLE latest_score (
  patient_id text NOT NULL,
  instrument text NOT NULL,
  observed_micros bigint NOT NULL,
  score bytea NOT NULL,                        -- events.v1.Score
  PRIMARY KEY (patient_id, instrument)
);

-- Check-ins, alert events and care plans of a person, for reading newest first.
CREATE TABLE timeline (
  patient_id text NOT NULL,
  at_micros bigint NOT NULL,
  entry_id text NOT NULL,                      -- the same when a record is read again
  entry bytea NOT NULL,                        -- clinician.v1.TimelineEntry
  PRIMARY KEY (patient_id, at_micros, entry_id)
);

-- Each alert as it stands: the highest version seen.
CREATE TABLE alert (
  patient_id text NOT NULL,
  alert_id text NOT NULL,
  version bigint NOT NULL,
  team text NOT NULL,
  state smallint NOT NULL,                     -- events.v1.AlertState
  priority_rank smallint NOT NULL,             -- 0 = emergency, 1 = urgent, 2 = routine
  raised_micros bigint NOT NULL,
  resolve_command_id text NOT NULL DEFAULT '', -- the command that resolved it, if one did
  alert bytea NOT NULL,                        -- events.v1.Alert
  PRIMARY KEY (patient_id, alert_id)
);
CREATE UNIQUE INDEX alert_by_id ON alert (alert_id);
CREATE INDEX alert_worklist ON alert (state, priority_rank, raised_micros, alert_id);
CREATE INDEX alert_worklist_of_team ON alert (team, state, priority_rank, raised_micros, alert_id);

-- How far the rows above have come: the offset of the next record to apply. Written in the same
-- transaction as the rows; the UPDATE's `next = <what I read from>` is the fence between readers.
CREATE TABLE projection_offset (
  topic text NOT NULL,
  partition int NOT NULL,
  next bigint NOT NULL,
  PRIMARY KEY (topic, partition)
);
