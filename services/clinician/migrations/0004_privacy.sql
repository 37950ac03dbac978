-- What people allow to be told, what was told, and who saw what (reference G). Rows can be rebuilt from
-- Kafka like all others.

CREATE TABLE consent (
  patient_id text NOT NULL,
  consent_id text NOT NULL,
  recorded_micros bigint,                      -- NULL = only its revocation was seen
  recorded bytea,                              -- events.v1.ConsentEvent; the first one stands
  revoked_micros bigint,                       -- the first time
  PRIMARY KEY (patient_id, consent_id)
);

CREATE TABLE restriction (
  patient_id text NOT NULL,
  restriction_id text NOT NULL,
  record_offset bigint NOT NULL,               -- the newest record stands
  recorded bytea NOT NULL,                     -- events.v1.ConsentEvent
  PRIMARY KEY (patient_id, restriction_id)
);

CREATE TABLE disclosure (
  patient_id text NOT NULL,
  disclosure_id text NOT NULL,
  at_micros bigint NOT NULL,
  disclosure bytea NOT NULL,                   -- events.v1.DisclosureRecorded
  PRIMARY KEY (patient_id, disclosure_id)
);
CREATE INDEX disclosure_by_time ON disclosure (patient_id, at_micros, disclosure_id);

CREATE TABLE audit_event (
  writer text NOT NULL,
  sequence bigint NOT NULL,
  at_micros bigint NOT NULL,
  subject text NOT NULL,
  event bytea NOT NULL,                        -- events.v1.AuditEvent
  PRIMARY KEY (writer, sequence)
);
CREATE INDEX audit_event_by_time ON audit_event (at_micros, sequence, writer);
CREATE INDEX audit_event_of_subject ON audit_event (subject, at_micros, sequence, writer);

-- Whose data an event was about.
CREATE TABLE audit_patient (
  patient_id text NOT NULL,
  at_micros bigint NOT NULL,
  sequence bigint NOT NULL,
  writer text NOT NULL,
  PRIMARY KEY (patient_id, at_micros, sequence, writer)
);
