CREATE TABLE `knowledge_files` (
	`no` integer PRIMARY KEY NOT NULL,
	`path` text NOT NULL,
	`mime` text NOT NULL,
	`size` integer NOT NULL,
	`stamp` text NOT NULL,
	`hash` text NOT NULL,
	`sections` integer NOT NULL,
	`updated_at` text NOT NULL,
	`problem` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `knowledge_files_path_unique` ON `knowledge_files` (`path`);--> statement-breakpoint
CREATE TABLE `knowledge_sections` (
	`no` integer PRIMARY KEY NOT NULL,
	`file_no` integer NOT NULL,
	`heading` text NOT NULL,
	`page` integer,
	`text` text NOT NULL,
	`tokens` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `knowledge_sections_heading` ON `knowledge_sections` (`file_no`,`heading`);--> statement-breakpoint
CREATE VIRTUAL TABLE `knowledge_index` USING fts5(place, heading, words, content='', contentless_delete=1, tokenize='ascii');--> statement-breakpoint
INSERT INTO `knowledge_index` (`knowledge_index`, rank) VALUES ('automerge', 0);
