CREATE TABLE ev_charging_faults (
    account_id VARCHAR(128) NOT NULL,
    station_id VARCHAR(128) NOT NULL,
    connector_id VARCHAR(128) NOT NULL,
    began_at BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (account_id, station_id, connector_id, began_at)
);
CREATE TABLE ev_charging_intervals (
    account_id VARCHAR(128) NOT NULL,
    session_id VARCHAR(255) NOT NULL,
    start BIGINT NOT NULL,
    "end" BIGINT NOT NULL,
    energy DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (account_id, session_id, start)
);
CREATE TABLE ev_charging_meta (
    name VARCHAR(64) NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
);
CREATE TABLE ev_charging_meters (
    account_id VARCHAR(128) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    station_id VARCHAR(128) NOT NULL,
    object_id VARCHAR(128) NOT NULL,
    energy DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (account_id, kind, station_id, object_id)
);
CREATE TABLE ev_charging_progress (
    account_id VARCHAR(128) NOT NULL,
    name VARCHAR(128) NOT NULL,
    cursor TEXT NOT NULL,
    PRIMARY KEY (account_id, name)
);
CREATE TABLE ev_charging_sessions (
    account_id VARCHAR(128) NOT NULL,
    session_id VARCHAR(255) NOT NULL,
    began_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    location_id VARCHAR(128),
    location_name VARCHAR(255),
    station_id VARCHAR(128),
    station_name VARCHAR(255),
    connector_id VARCHAR(128),
    connector_name VARCHAR(255),
    vehicle_id VARCHAR(128),
    vehicle_name VARCHAR(255),
    driver VARCHAR(128),
    status VARCHAR(32),
    stop_reason VARCHAR(64),
    first_started_at BIGINT,
    started_at BIGINT,
    charging_started_at BIGINT,
    charging_ended_at BIGINT,
    ended_at BIGINT,
    end_source VARCHAR(16),
    energy DOUBLE PRECISION,
    average_power DOUBLE PRECISION,
    peak_power DOUBLE PRECISION,
    initial_state_of_charge DOUBLE PRECISION,
    state_of_charge DOUBLE PRECISION,
    meter_start DOUBLE PRECISION,
    meter_stop DOUBLE PRECISION,
    cost DOUBLE PRECISION,
    currency VARCHAR(16),
    co2 DOUBLE PRECISION,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    PRIMARY KEY (account_id, session_id)
);
CREATE INDEX ev_charging_sessions_began ON ev_charging_sessions (account_id, began_at);
CREATE INDEX ev_charging_sessions_connector ON ev_charging_sessions (account_id, station_id, connector_id, until, energy);
CREATE INDEX ev_charging_sessions_driver ON ev_charging_sessions (account_id, driver, until, energy);
CREATE INDEX ev_charging_sessions_until ON ev_charging_sessions (account_id, until, began_at);
CREATE INDEX ev_charging_sessions_vehicle ON ev_charging_sessions (account_id, vehicle_id, until, energy);
