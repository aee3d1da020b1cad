CREATE TABLE ev_charging_faults (
    account_id VARCHAR(128) NOT NULL,
    station_id VARCHAR(128) NOT NULL,
    connector_id VARCHAR(128) NOT NULL,
    began_at BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (account_id, station_id, connector_id, began_at)
)ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE TABLE ev_charging_intervals (
    account_id VARCHAR(128) NOT NULL,
    session_id VARCHAR(255) NOT NULL,
    start BIGINT NOT NULL,
    end BIGINT NOT NULL,
    energy DOUBLE NOT NULL,
    PRIMARY KEY (account_id, session_id, start)
)ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE TABLE ev_charging_meta (
    name VARCHAR(64) NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
)ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE TABLE ev_charging_meters (
    account_id VARCHAR(128) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    station_id VARCHAR(128) NOT NULL,
    object_id VARCHAR(128) NOT NULL,
    energy DOUBLE NOT NULL,
    PRIMARY KEY (account_id, kind, station_id, object_id)
)ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE TABLE ev_charging_progress (
    account_id VARCHAR(128) NOT NULL,
    name VARCHAR(128) NOT NULL,
    `cursor` TEXT NOT NULL,
    PRIMARY KEY (account_id, name)
)ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;
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
    energy DOUBLE,
    average_power DOUBLE,
    peak_power DOUBLE,
    initial_state_of_charge DOUBLE,
    state_of_charge DOUBLE,
    meter_start DOUBLE,
    meter_stop DOUBLE,
    cost DOUBLE,
    currency VARCHAR(16),
    co2 DOUBLE,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    PRIMARY KEY (account_id, session_id)
)ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE INDEX ev_charging_sessions_began ON ev_charging_sessions (account_id, began_at);
CREATE INDEX ev_charging_sessions_connector ON ev_charging_sessions (account_id, station_id, connector_id, until, energy);
CREATE INDEX ev_charging_sessions_driver ON ev_charging_sessions (account_id, driver, until, energy);
CREATE INDEX ev_charging_sessions_until ON ev_charging_sessions (account_id, until, began_at);
CREATE INDEX ev_charging_sessions_vehicle ON ev_charging_sessions (account_id, vehicle_id, until, energy);
