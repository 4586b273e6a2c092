CREATE TABLE `telegram_bots` (
	`bot_id` integer PRIMARY KEY NOT NULL,
	`next_update` integer,
	`at` text
);
--> statement-breakpoint
CREATE TABLE `telegram_codes` (
	`user_no` integer PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`expires_at` text NOT NULL,
	`chat_id` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `telegram_codes_hash_unique` ON `telegram_codes` (`hash`);--> statement-breakpoint
CREATE TABLE `telegram_links` (
	`user_no` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`chat_id` integer NOT NULL,
	`name` text NOT NULL,
	`username` text,
	`linked_at` text NOT NULL,
	`project_no` integer,
	`cursor` integer NOT NULL,
	`away_at` text,
	`mentions` integer DEFAULT true NOT NULL,
	`direct` integer DEFAULT true NOT NULL,
	`questions` integer DEFAULT true NOT NULL,
	`runs` integer DEFAULT true NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `telegram_links_id_unique` ON `telegram_links` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `telegram_links_chat_id_unique` ON `telegram_links` (`chat_id`);--> statement-breakpoint
CREATE TABLE `telegram_notes` (
	`chat_id` integer NOT NULL,
	`message_id` integer NOT NULL,
	`user_no` integer NOT NULL,
	`message_key` integer NOT NULL,
	`open` integer NOT NULL,
	`at` text NOT NULL,
	PRIMARY KEY(`chat_id`, `message_id`)
);
--> statement-breakpoint
CREATE INDEX `telegram_notes_open` ON `telegram_notes` (`message_key`) WHERE open = 1;--> statement-breakpoint
CREATE INDEX `telegram_notes_at` ON `telegram_notes` (`at`);--> statement-breakpoint
CREATE TABLE `telegram_updates` (
	`bot_id` integer NOT NULL,
	`update_id` integer NOT NULL,
	`chat_id` integer NOT NULL,
	`body` text NOT NULL,
	`at` text NOT NULL,
	PRIMARY KEY(`bot_id`, `update_id`)
);
--> statement-breakpoint
CREATE TABLE `telegram_watches` (
	`no` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_no` integer NOT NULL,
	`chat_id` integer NOT NULL,
	`message_id` integer,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`within` text NOT NULL,
	`done` integer DEFAULT false NOT NULL,
	`at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `telegram_watches_subject` ON `telegram_watches` (`chat_id`,`subject`);--> statement-breakpoint
CREATE INDEX `telegram_watches_open` ON `telegram_watches` (`no`) WHERE done = 0;