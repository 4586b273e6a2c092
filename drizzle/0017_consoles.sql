CREATE TABLE `consoles` (
	`project_no` integer PRIMARY KEY NOT NULL,
	`head` integer NOT NULL,
	`lines` integer NOT NULL,
	`bytes` integer NOT NULL
);
