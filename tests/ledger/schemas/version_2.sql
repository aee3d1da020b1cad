BEGIN TRANSACTION;
CREATE TABLE ev_charging_faults (
	account_id VARCHAR(128) NOT NULL,
	station_id VARCHAR(128) NOT NULL,
	connector_id VARCHAR(128) NOT NULL,
	began_at BIGINT NOT NULL,
	last_seen BIGINT NOT NULL,
	ended_at BIGINT,
	PRIMARY KEY (account_id, station_id, connector_id, began_at)
);
INSERT INTO "ev_charging_faults" VALUES('account','station','1',1772476200000000,1772478000000000,1772479800000000);
CREATE TABLE ev_charging_intervals (
	account_id VARCHAR(128) NOT NULL,
	session_id VARCHAR(255) NOT NULL,
	start BIGINT NOT NULL,
	"end" BIGINT NOT NULL,
	energy DOUBLE NOT NULL,
	PRIMARY KEY (account_id, session_id, start)
);
INSERT INTO "ev_charging_intervals" VALUES('account','kept',1772476200000000,1772478000000000,6000.0);
INSERT INTO "ev_charging_intervals" VALUES('account','kept',1772478000000000,1772479800000000,6345.678);
CREATE TABLE ev_charging_meta (
	name VARCHAR(64) NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (name)
);
INSERT INTO "ev_charging_meta" VALUES('schema_version','2');
CREATE TABLE ev_charging_meters (
	account_id VARCHAR(128) NOT NULL,
	kind VARCHAR(16) NOT NULL,
	station_id VARCHAR(128) NOT NULL,
	object_id VARCHAR(128) NOT NULL,
	energy DOUBLE NOT NULL,
	PRIMARY KEY (account_id, kind, station_id, object_id)
);
INSERT INTO "ev_charging_meters" VALUES('account','vehicle','','car',20000.0);
CREATE TABLE ev_charging_progress (
	account_id VARCHAR(128) NOT NULL,
	name VARCHAR(128) NOT NULL,
	cursor TEXT NOT NULL,
	PRIMARY KEY (account_id, name)
);
INSERT INTO "ev_charging_progress" VALUES('account','history','2025-01');
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
);
INSERT INTO "ev_charging_sessions" VALUES('account','kept',1772476200000000,1772483400000000,'depot','Depot','station','Left','1','A','car','Van','Anna','completed','local',1772476200000000,1772476200000000,1772476200000000,1772479800000000,1772483400000000,'history',12345.678,7000.0,11000.0,20.0,80.0,1000.0,13345.678,456.0,'EUR',321.0,1772487000000000,1772487000000000);
CREATE INDEX ev_charging_sessions_connector ON ev_charging_sessions (account_id, station_id, connector_id, until, energy);
CREATE INDEX ev_charging_sessions_driver ON ev_charging_sessions (account_id, driver, until, energy);
CREATE INDEX ev_charging_sessions_until ON ev_charging_sessions (account_id, until, began_at);
CREATE INDEX ev_charging_sessions_began ON ev_charging_sessions (account_id, began_at);
CREATE INDEX ev_charging_sessions_vehicle ON ev_charging_sessions (account_id, vehicle_id, until, energy);
COMMIT;
