-- What engagement (reference EN-03 to EN-09) and outcomes (EN-10) are counted from. Rows can be
-- rebuilt from Kafka like all others.

-- One row per enrolment: a person may come back.
CREATE TABLE enrolment (
  patient_id text NOT NULL,
  started_micros bigint NOT NULL,              -- the plan's monitoring_started_at
  recorded_micros bigint NOT NULL,             -- of the plan the row is from; older ones are ignored
  ended_micros bigint,                         -- NULL = runs
  discharge smallint NOT NULL DEFAULT 0,       -- events.v1.DischargeKind
  team text NOT NULL,
  programmes int[] NOT NULL,                   -- events.v1.Programme
  medication_offered boolean NOT NULL,
  PRIMARY KEY (patient_id, started_micros)
);

-- Numbers of check-ins. kind and detail:
--   'lapse'             substance class
--   'trigger'           tag, "places/pub"
--   'craving'           '', 0 to 10
--   'session_planned', 'session_attended'  session type, minutes
--   'dose'              product, mg; taken doses of medicines for the disorder only
--   'item'              instrument/item, points: sleep and BAM 10, 16, 17
CREATE TABLE check_in_fact (
  patient_id text NOT NULL,
  kind text NOT NULL,
  entry_id text NOT NULL,                      -- check-in id, or session id: a correction replaces
  detail text NOT NULL,
  at_micros bigint NOT NULL,
  value double precision NOT NULL,
  PRIMARY KEY (patient_id, kind, entry_id, detail)
);
CREATE INDEX check_in_fact_by_time ON check_in_fact (patient_id, kind, at_micros);

CREATE TABLE alert_outcome (
  patient_id text NOT NULL,
  alert_id text NOT NULL,
  rule_id text NOT NULL,
  technical boolean NOT NULL,
  raised_micros bigint NOT NULL,
  raised_rank smallint,                        -- 0 = emergency, ... when raised; NULL = not seen yet
  highest_rank smallint NOT NULL,
  acknowledged_micros bigint,                  -- the first time
  PRIMARY KEY (patient_id, alert_id)
);
CREATE INDEX alert_outcome_by_time ON alert_outcome (raised_micros);

-- The tables above have to see all records: the projection starts anew. Applying a record again
-- changes nothing in the other tables.
DELETE FROM projection_offset;
