// Patterns of rules, for events that EventBridge delivers from its bus.

/**
 * Uploads of CSV files. One pattern cannot combine a prefix with a case-insensitive suffix, so each spelling of the
 * suffix has its own.
 */
export function uploaded(bucket: string) {
  const spellings = ["c", "C"].flatMap((c) => ["s", "S"].flatMap((s) => ["v", "V"].map((v) => `.${c}${s}${v}`)));
  const key = spellings.map((end) => ({ wildcard: `imports/*${end}` }));
  return {
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: { bucket: { name: [bucket] }, object: { key } },
  };
}

/** Events about mails that were sent with this configuration set of SES. */
export const mailEventPattern = (configurationSet: string) => ({
  source: ["aws.ses"],
  "detail-type": ["Email Bounced", "Email Complaint Received", "Email Delivered", "Email Rejected", "Email Sent"],
  detail: { mail: { tags: { "ses:configuration-set": [configurationSet] } } },
});
