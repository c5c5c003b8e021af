-- The current state, as the fourth version wrote it.

INSERT INTO ticket VALUES
(1, 'CSD-1', 'CSD-1', 'csd', 'resolved', 1774947600000, 0, 0, 1, NULL, NULL, NULL, NULL, NULL, 'engineering', 'Falcon Couriers', '5.1', NULL, 0, NULL, 1772438700000, 1799575200000, 8, 'Every parcel is rated at zero'),
(3, 'CSD-2', 'CSD-2', 'csd', 'resolved', 1772456400000, 0, 0, 2, NULL, NULL, NULL, NULL, NULL, 'client-services', 'Harbour Freight', NULL, NULL, 0, NULL, 1772440800000, 1772456400000, 3, 'How do we add a second dispatcher?'),
(5, 'CUS-1', 'CUS-1', 'cus', 'closed', 1775206800000, 1, 0, 1, 'high', 'major', 'large', 'next-release', '5.3', NULL, NULL, NULL, NULL, 0, NULL, 1772442000000, 1775206800000, 32, 'Every parcel is rated at zero'),
(10, 'CSD-3', 'CSD-3', 'csd', 'resolved', 1775145600000, 0, 0, 1, NULL, NULL, NULL, NULL, NULL, 'engineering', 'Kestrel Express', '5.1', NULL, 0, NULL, 1772449200000, 1775145600000, 7, 'Rates are missing on invoices'),
(26, 'CSD-4', 'CSD-4', 'csd', 'escalated', 1772701200000, 0, 1, 2, NULL, NULL, NULL, NULL, NULL, 'engineering', 'Osprey Parcels', '5.0', NULL, 0, NULL, 1772695800000, 1772701200000, 3, 'The driver app logs out at midnight'),
(28, 'CUS-2', 'CUS-2', 'cus', 'release-assessed', 1773393000000, 0, 1, 2, 'medium', 'minor', 'one', 'backlog', NULL, NULL, NULL, NULL, NULL, 1, 1781169000000, 1772701200000, 1799834400000, 5, 'The driver app logs out at midnight'),
(56, 'CSD-5', 'SD-17', 'csd', 'reported', 1775210400000, 0, 1, 2, NULL, NULL, NULL, NULL, NULL, NULL, 'Falcon Couriers', '5.3', NULL, 0, 1775296800000, 1775210400000, 1799748000000, 2, 'The label printer prints twice');

INSERT INTO alias VALUES
('SD-17', 'CSD-5');

INSERT INTO link VALUES
('CSD-1', 'CUS-1'),
('CSD-3', 'CUS-1'),
('CSD-4', 'CUS-2');

INSERT INTO duty VALUES
('engineering', 2, 1799920800000, 1799661600000, 28, 'postmortem', '', 'cus postmortem CUS-2'),
('product', 2, 1781169000000, 1773393000000, 28, 'review', '', 'cus release CUS-2 --decision backlog --note TEXT'),
('support', 2, 1775296800000, 1775210400000, 56, 'assess', '', 'cus assess SD-17 --handled-by HANDLER --trigger TRIGGER'),
('support', 2, 1799748000000, 1799661600000, 28, 'tell-customer', 'CSD-4', 'cus notify CUS-2 --to customer --csd CSD-4');

INSERT INTO stage_count VALUES
('csd', 'escalated', 1),
('csd', 'reported', 1),
('csd', 'resolved', 3),
('cus', 'closed', 1),
('cus', 'release-assessed', 1);

INSERT INTO outbox VALUES
('CUS-2', 2, 1, 1799834460000, '`false` exited with 1', NULL, NULL);

INSERT INTO policy VALUES
('close.critical', '2d'),
('close.high', '2d'),
('close.low', '2d'),
('close.medium', '2d');

INSERT INTO chunk VALUES
(1, 61, 0, x'6120736d616c6c2066696c650a');

UPDATE counter SET next = 6, taken = 0 WHERE kind = 'csd';

UPDATE counter SET next = 3, taken = 0 WHERE kind = 'cus';
