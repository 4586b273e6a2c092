ALTER TABLE `agent_jobs` ADD `parent_no` integer;--> statement-breakpoint
ALTER TABLE `agent_jobs` ADD `plan_key` integer;--> statement-breakpoint
CREATE INDEX `agent_jobs_parent` ON `agent_jobs` (`parent_no`,`no`) WHERE parent_no IS NOT NULL;