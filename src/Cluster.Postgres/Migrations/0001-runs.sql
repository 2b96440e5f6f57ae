-- Runs and all that is recorded of them. A table is keyed by the number of the run, which is small, not by its id.

CREATE TABLE runs (
    id text PRIMARY KEY,
    number integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    part integer NOT NULL,      -- how often the run was begun or resumed: who does not know the newest part can write nothing
    holder text NOT NULL        -- process and machine of the newest part
);

CREATE TABLE plans (
    run integer NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
    part integer NOT NULL,      -- the part from which on this plan holds
    plan text NOT NULL,
    PRIMARY KEY (run, part)
);

CREATE TABLE epochs (
    run integer NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
    participant text NOT NULL,
    epoch integer NOT NULL,     -- the newest incarnation: lower ones can store nothing
    PRIMARY KEY (run, participant)
);

CREATE TABLE snapshots (
    run integer NOT NULL,
    participant text NOT NULL,
    generation bigint NOT NULL, -- a participant's snapshots are counted from 1
    epoch integer NOT NULL,     -- the incarnation that took it
    stored_at timestamptz NOT NULL DEFAULT now(),
    content bytea NOT NULL,     -- header, SHA-256 over all the rest, state: as a snapshot file
    PRIMARY KEY (run, participant, generation),
    FOREIGN KEY (run, participant) REFERENCES epochs (run, participant) ON DELETE CASCADE
);

ALTER TABLE snapshots ALTER COLUMN content SET STORAGE EXTERNAL; -- numbers hardly compress, and trying takes time

CREATE TABLE metrics (
    run integer NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
    number bigint NOT NULL,     -- order of recording; numbers of rows that were dropped are not used again
    step bigint NOT NULL,
    seconds double precision NOT NULL,
    names text[] NOT NULL,
    numbers double precision[] NOT NULL,
    PRIMARY KEY (run, number)
);

CREATE INDEX metrics_by_step ON metrics (run, step);

CREATE TABLE events (
    run integer NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
    number bigint NOT NULL,     -- order of recording
    event json NOT NULL,
    PRIMARY KEY (run, number)
);

CREATE TABLE pieces (
    run integer NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
    file text NOT NULL,         -- such as model.safetensors
    number integer NOT NULL,    -- from 0
    content bytea NOT NULL,
    PRIMARY KEY (run, file, number)
);

ALTER TABLE pieces ALTER COLUMN content SET STORAGE EXTERNAL;
