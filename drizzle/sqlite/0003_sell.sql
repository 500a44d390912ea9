CREATE TABLE `forgotten_buyers` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`before` integer NOT NULL,
	`forgotten_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `pack` (
	`user_id` integer NOT NULL,
	`id` text NOT NULL,
	`status` text,
	`status_detail` text,
	`shipment_id` text,
	`date_created` integer,
	`last_updated` integer,
	`synced_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `id`)
);
--> statement-breakpoint
CREATE TABLE `question` (
	`user_id` integer NOT NULL,
	`id` text NOT NULL,
	`item_id` text,
	`status` text,
	`text` text,
	`from_id` integer,
	`date_created` integer,
	`last_updated` integer,
	`answer_text` text,
	`answer_status` text,
	`answer_date` integer,
	`deleted_from_listing` integer NOT NULL,
	`hold` integer NOT NULL,
	`suspected_spam` integer NOT NULL,
	`removed_at` integer,
	`partial` integer NOT NULL,
	`synced_at` integer NOT NULL,
	`seen_run` text NOT NULL,
	PRIMARY KEY(`user_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `question_newest` ON `question` (`user_id`,`date_created`);--> statement-breakpoint
CREATE INDEX `question_status` ON `question` (`user_id`,`status`,`date_created`);--> statement-breakpoint
CREATE INDEX `question_item` ON `question` (`user_id`,`item_id`);--> statement-breakpoint
CREATE TABLE `seller_order` (
	`user_id` integer NOT NULL,
	`id` text NOT NULL,
	`pack_id` text,
	`status` text,
	`status_detail` text,
	`date_created` integer,
	`date_closed` integer,
	`last_updated` integer,
	`total_amount` text,
	`paid_amount` text,
	`currency_id` text,
	`buyer_id` integer,
	`shipment_id` text,
	`lines` text NOT NULL,
	`payments` text NOT NULL,
	`tags` text NOT NULL,
	`cancel_detail` text,
	`missing` text NOT NULL,
	`partial` integer NOT NULL,
	`synced_at` integer NOT NULL,
	`seen_run` text NOT NULL,
	PRIMARY KEY(`user_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `seller_order_newest` ON `seller_order` (`user_id`,`date_created`);--> statement-breakpoint
CREATE INDEX `seller_order_status` ON `seller_order` (`user_id`,`status`,`date_created`);--> statement-breakpoint
CREATE INDEX `seller_order_pack` ON `seller_order` (`user_id`,`pack_id`);--> statement-breakpoint
CREATE INDEX `seller_order_shipment` ON `seller_order` (`user_id`,`shipment_id`);--> statement-breakpoint
CREATE INDEX `seller_order_refetch` ON `seller_order` (`user_id`,`id`) WHERE partial = 1;--> statement-breakpoint
CREATE TABLE `shipment` (
	`user_id` integer NOT NULL,
	`id` text NOT NULL,
	`status` text,
	`substatus` text,
	`mode` text,
	`logistic_type` text,
	`direction` text,
	`tracking_number` text,
	`tracking_method` text,
	`declared_value` text,
	`shipping_method` text,
	`date_created` integer,
	`last_updated` integer,
	`estimated_delivery` integer,
	`receiver_id` integer,
	`receiver_name` text,
	`address_line` text,
	`zip_code` text,
	`city` text,
	`state` text,
	`country` text,
	`tags` text NOT NULL,
	`partial` integer NOT NULL,
	`synced_at` integer NOT NULL,
	`seen_run` text NOT NULL,
	PRIMARY KEY(`user_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `shipment_newest` ON `shipment` (`user_id`,`date_created`);--> statement-breakpoint
CREATE INDEX `shipment_status` ON `shipment` (`user_id`,`status`,`substatus`);--> statement-breakpoint
CREATE TABLE `user_product_stock` (
	`user_id` integer NOT NULL,
	`id` text NOT NULL,
	`locations` text NOT NULL,
	`synced_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `id`)
);
--> statement-breakpoint
CREATE TABLE `push` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`file_hash` text NOT NULL,
	`file_name` text NOT NULL,
	`rows` integer NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`outcome` text,
	`holder` text,
	`lease_expires_at` integer
);
--> statement-breakpoint
CREATE INDEX `push_user` ON `push` (`user_id`,`started_at`);--> statement-breakpoint
CREATE TABLE `push_row` (
	`push_id` text NOT NULL,
	`line` integer NOT NULL,
	`item_id` text,
	`seller_sku` text,
	`variation_id` integer,
	`price` text,
	`quantity` integer,
	`status` text,
	`state` text NOT NULL,
	`before` text,
	`error_code` text,
	`message` text,
	`finished_at` integer,
	PRIMARY KEY(`push_id`, `line`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `push_row_item` ON `push_row` (`push_id`,`item_id`);--> statement-breakpoint
CREATE INDEX `push_row_waiting` ON `push_row` (`push_id`,`line`) WHERE state = 'waiting';--> statement-breakpoint
CREATE TABLE `write_log` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`user_id` integer NOT NULL,
	`nickname` text NOT NULL,
	`is_test_user` integer NOT NULL,
	`command` text NOT NULL,
	`action` text NOT NULL,
	`subject` text NOT NULL,
	`variation_id` integer,
	`method` text NOT NULL,
	`path` text NOT NULL,
	`body` text,
	`before` text,
	`after` text,
	`undoes` integer,
	`push_id` text,
	`holder` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `write_log_user` ON `write_log` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `write_log_subject` ON `write_log` (`user_id`,`subject`);--> statement-breakpoint
CREATE INDEX `write_log_undoes` ON `write_log` (`undoes`) WHERE undoes IS NOT NULL;--> statement-breakpoint
CREATE TABLE `write_outcome` (
	`write_id` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`outcome` text NOT NULL,
	`status` integer,
	`error_code` text,
	`message` text,
	FOREIGN KEY (`write_id`) REFERENCES `write_log`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `sync_run_resource` ON `sync_run` (`user_id`,`resource`,`started_at`);
--> statement-breakpoint
CREATE INDEX `product_user_product` ON `product` (`user_id`,`user_product_id`) WHERE user_product_id IS NOT NULL;
--> statement-breakpoint
CREATE TRIGGER `write_log_no_update` BEFORE UPDATE ON `write_log` BEGIN SELECT RAISE(ABORT, 'the log of writes is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `write_log_no_delete` BEFORE DELETE ON `write_log` BEGIN SELECT RAISE(ABORT, 'the log of writes is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `write_outcome_no_update` BEFORE UPDATE ON `write_outcome` BEGIN SELECT RAISE(ABORT, 'the log of writes is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `write_outcome_no_delete` BEFORE DELETE ON `write_outcome` BEGIN SELECT RAISE(ABORT, 'the log of writes is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `write_log_no_replace` BEFORE INSERT ON `write_log` WHEN EXISTS (SELECT 1 FROM `write_log` WHERE `id` = NEW.`id`) BEGIN SELECT RAISE(ABORT, 'the log of writes is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `write_outcome_no_replace` BEFORE INSERT ON `write_outcome` WHEN EXISTS (SELECT 1 FROM `write_outcome` WHERE `write_id` = NEW.`write_id`) BEGIN SELECT RAISE(IGNORE); END;
