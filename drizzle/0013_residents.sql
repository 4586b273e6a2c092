CREATE TABLE `agent_jobs` (
	`no` integer PRIMARY KEY NOT NULL,
	`agent_no` integer NOT NULL,
	`asker_no` integer NOT NULL,
	`channel_no` integer NOT NULL,
	`question_key` integer NOT NULL,
	`answer_key` integer,
	`reason` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`created_at` text NOT NULL,
	`started_at` text,
	`ended_at` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `agent_jobs_question` ON `agent_jobs` (`question_key`,`agent_no`);--> statement-breakpoint
CREATE INDEX `agent_jobs_answer` ON `agent_jobs` (`answer_key`) WHERE answer_key IS NOT NULL;--> statement-breakpoint
CREATE INDEX `agent_jobs_open` ON `agent_jobs` (`channel_no`,`no`) WHERE state IN ('queued', 'running');--> statement-breakpoint
CREATE TABLE `model_calls` (
	`no` integer PRIMARY KEY NOT NULL,
	`at` text NOT NULL,
	`agent_no` integer NOT NULL,
	`asker_no` integer NOT NULL,
	`job_no` integer,
	`provider` text NOT NULL,
	`model` text NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cache_read_tokens` integer NOT NULL,
	`cache_write_tokens` integer NOT NULL,
	`cost_usd` real,
	`latency_ms` integer NOT NULL,
	`outcome` text NOT NULL,
	`error` text
);
--> statement-breakpoint
CREATE INDEX `model_calls_at` ON `model_calls` (`at`);--> statement-breakpoint
CREATE INDEX `model_calls_asker` ON `model_calls` (`asker_no`,`at`);--> statement-breakpoint
CREATE TABLE `residents` (
	`name` text PRIMARY KEY NOT NULL,
	`user_no` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `residents_user_no_unique` ON `residents` (`user_no`);