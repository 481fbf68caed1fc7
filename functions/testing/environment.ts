import { vi } from "vitest";

/** The environment of a function that a test imports: of a deployment that is never called. */
export function stubEnvironment(more: Record<string, string> = {}): void {
  const environment = {
    MUSTER_TABLE: "muster",
    MUSTER_SITE_URL: "https://muster.example",
    MUSTER_WORK_QUEUE_URL: "http://127.0.0.1/work",
    MUSTER_MAIL_QUEUE_URL: "http://127.0.0.1/mail",
    MUSTER_CODES_QUEUE_URL: "http://127.0.0.1/codes",
    MUSTER_IMPORTS_QUEUE_URL: "http://127.0.0.1/imports",
    MUSTER_BULK_QUEUE_URL: "http://127.0.0.1/bulk",
    MUSTER_CHECKS_QUEUE_URL: "http://127.0.0.1/checks",
    MUSTER_SECRETS: JSON.stringify({ pepper: "a pepper for tests only, with 32 characters or more" }),
    AWS_REGION: "eu-central-1",
    POWERTOOLS_LOG_LEVEL: "SILENT",
    ...more,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
}
