CREATE TABLE added_later (name TEXT PRIMARY KEY) ${table_options};

INSERT INTO added_later (name) SELECT run FROM run;
