-- Templates that were sealed to devices which compare by themselves: which, to whom, until when.
CREATE TABLE template_delivery (
    agency_id TEXT NOT NULL,
    delivery_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    template_digest TEXT NOT NULL,
    recognition_model TEXT NOT NULL,
    delivered_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, delivery_id),
    FOREIGN KEY (agency_id, device_id) REFERENCES device (agency_id, device_id)
);
CREATE INDEX template_delivery_by_device ON template_delivery (agency_id, device_id, expires_at_ms);
