-- Nodes, what is wanted of runs, and who holds which participant. All times are this server's.

ALTER TABLE runs ADD COLUMN wish text CHECK (wish IN ('run', 'stop', 'ended')); -- null: no cluster was asked to carry it out

CREATE INDEX runs_wished ON runs (number) WHERE wish = 'run';

CREATE TABLE nodes (
    name text PRIMARY KEY,
    instance bigint NOT NULL,           -- of the process that has the seat
    process text NOT NULL,
    capacity double precision NOT NULL,
    build text NOT NULL,
    wire_version integer NOT NULL,
    suspect_after interval NOT NULL,
    joined_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    is_draining boolean NOT NULL DEFAULT false, -- by its own wish or another's
    ailment text,
    refused json NOT NULL DEFAULT '{}'  -- reason by run
);

CREATE TABLE placements (
    run integer NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
    participant text NOT NULL,
    node text,                          -- who holds it; null: nobody
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (run, participant)
);
