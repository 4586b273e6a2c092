CREATE TABLE `console_faults` (
	`no` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_no` integer NOT NULL,
	`run_no` integer NOT NULL,
	`seq` integer NOT NULL,
	`end_seq` integer NOT NULL,
	`language` text NOT NULL,
	`kind` text NOT NULL,
	`message` text NOT NULL,
	`file` text,
	`line` integer,
	`column` integer,
	`fingerprint` text NOT NULL,
	`at` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `console_faults_group` ON `console_faults` (`project_no`,`fingerprint`,`no`);--> statement-breakpoint
CREATE INDEX `console_faults_run` ON `console_faults` (`run_no`);--> statement-breakpoint
CREATE TABLE `console_lines` (
	`key` integer PRIMARY KEY NOT NULL,
	`run_no` integer NOT NULL,
	`stream` text NOT NULL,
	`content` text NOT NULL,
	`at` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `console_lines_run` ON `console_lines` (`run_no`,`key`);--> statement-breakpoint
CREATE TABLE `file_changes` (
	`no` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_no` integer NOT NULL,
	`user_no` integer NOT NULL,
	`run_no` integer,
	`files` integer NOT NULL,
	`at` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `file_changes_project` ON `file_changes` (`project_no`,`no`);--> statement-breakpoint
CREATE TABLE `project_files` (
	`project_no` integer NOT NULL,
	`path` text NOT NULL,
	`version_no` integer NOT NULL,
	`size` integer NOT NULL,
	`mtime` text NOT NULL,
	`inode` text NOT NULL,
	PRIMARY KEY(`project_no`, `path`)
);
--> statement-breakpoint
CREATE TABLE `project_secrets` (
	`project_no` integer NOT NULL,
	`name` text NOT NULL,
	`sealed` text NOT NULL,
	`user_no` integer NOT NULL,
	`changed_at` text NOT NULL,
	PRIMARY KEY(`project_no`, `name`)
);
--> statement-breakpoint
CREATE TABLE `project_versions` (
	`no` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_no` integer NOT NULL,
	`path` text NOT NULL,
	`version` integer NOT NULL,
	`sha256` text,
	`size` integer NOT NULL,
	`executable` integer DEFAULT false NOT NULL,
	`change_no` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `project_versions_path` ON `project_versions` (`project_no`,`path`,`version`);--> statement-breakpoint
CREATE INDEX `project_versions_sha256` ON `project_versions` (`sha256`);--> statement-breakpoint
CREATE INDEX `project_versions_change` ON `project_versions` (`change_no`);--> statement-breakpoint
CREATE TABLE `projects` (
	`no` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`slug` text,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`template` text NOT NULL,
	`channel_no` integer NOT NULL,
	`created_by` integer NOT NULL,
	`created_at` text NOT NULL,
	`deleted_at` text,
	`limits` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `projects_id_unique` ON `projects` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `projects_slug_unique` ON `projects` (`slug`);--> statement-breakpoint
CREATE UNIQUE INDEX `projects_channel_no_unique` ON `projects` (`channel_no`);--> statement-breakpoint
CREATE TABLE `runs` (
	`no` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`project_no` integer NOT NULL,
	`command` text NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`exit_code` integer,
	`reason` text,
	`trigger` text NOT NULL,
	`user_no` integer NOT NULL,
	`right_no` integer NOT NULL,
	`schedule_no` integer,
	`due_at` text,
	`late` integer DEFAULT false NOT NULL,
	`background` integer DEFAULT false NOT NULL,
	`seconds` integer NOT NULL,
	`artifacts` text,
	`results` text,
	`message_key` integer,
	`first_seq` integer,
	`last_seq` integer,
	`output_bytes` integer DEFAULT 0 NOT NULL,
	`peak_memory` integer,
	`cpu_ms` integer,
	`stopped_by` integer,
	`created_at` text NOT NULL,
	`started_at` text,
	`ended_at` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `runs_id_unique` ON `runs` (`id`);--> statement-breakpoint
CREATE INDEX `runs_project` ON `runs` (`project_no`,`no`);--> statement-breakpoint
CREATE INDEX `runs_schedule` ON `runs` (`schedule_no`,`no`) WHERE schedule_no IS NOT NULL;--> statement-breakpoint
CREATE INDEX `runs_open` ON `runs` (`project_no`,`no`) WHERE state IN ('queued', 'running');--> statement-breakpoint
CREATE TABLE `schedules` (
	`no` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`project_no` integer NOT NULL,
	`name` text NOT NULL,
	`cron` text NOT NULL,
	`timezone` text NOT NULL,
	`command` text NOT NULL,
	`seconds` integer,
	`enabled` integer NOT NULL,
	`created_by` integer NOT NULL,
	`created_at` text NOT NULL,
	`last_at` text,
	`next_at` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `schedules_id_unique` ON `schedules` (`id`);--> statement-breakpoint
CREATE INDEX `schedules_project` ON `schedules` (`project_no`,`no`);--> statement-breakpoint
CREATE INDEX `schedules_due` ON `schedules` (`next_at`) WHERE next_at IS NOT NULL;