CREATE TABLE `__new_token_refresh` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`user_id` integer,
	`token_fingerprint` text,
	`received_fingerprint` text,
	`process_id` integer NOT NULL,
	`host` text NOT NULL,
	`reason` text NOT NULL,
	`sent_at` integer NOT NULL,
	`finished_at` integer,
	`outcome` text NOT NULL,
	`error_code` text
);
--> statement-breakpoint
-- In the order in which they were written, which tells what came after what.
INSERT INTO `__new_token_refresh`("id", "kind", "user_id", "token_fingerprint", "process_id", "host", "reason", "sent_at", "finished_at", "outcome", "error_code")
SELECT "id", CASE "reason" WHEN 'import' THEN 'import' WHEN 'kept alive' THEN 'pending_refresh' ELSE 'refresh' END, "user_id", "token_fingerprint", "process_id", "host", "reason", "sent_at", "finished_at", "outcome", "error_code"
FROM `token_refresh` ORDER BY rowid;
--> statement-breakpoint
DROP TABLE `token_refresh`;
--> statement-breakpoint
ALTER TABLE `__new_token_refresh` RENAME TO `token_refresh`;
--> statement-breakpoint
CREATE INDEX `token_refresh_user` ON `token_refresh` (`user_id`,`sent_at`);
--> statement-breakpoint
CREATE INDEX `token_refresh_token` ON `token_refresh` (`token_fingerprint`);
--> statement-breakpoint
ALTER TABLE `oauth_state` ADD `exchange_id` text;
