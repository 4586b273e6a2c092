CREATE INDEX `messages_open_questions` ON `messages` (coalesce(json_extract(ask, '$.expires_at'), '9999')) WHERE ask IS NOT NULL AND answer IS NULL;--> statement-breakpoint
CREATE INDEX `messages_claimed` ON `messages` (`claimed_by`,`claimed_until`) WHERE claimed_by IS NOT NULL;
