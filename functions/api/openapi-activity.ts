import { maxExamined } from "@muster/core/audit/limits.ts";
import { maxDays, maxMonths } from "@muster/core/figure/limits.ts";
import type { OperationText } from "./openapi-text-shape.ts";

export const activityTexts: Record<string, OperationText> = {
  // Audit log
  listAuditEvents: {
    summary: "List audit events",
    description: `Newest first. With a filter, a page is what matches of the next ${maxExamined} events.`,
  },

  // Figures
  listFigures: {
    summary: "List figures",
    description: `Members, seats, and active members over time, oldest first: at most ${maxDays} days, or ${maxMonths} months. Days are those of UTC. What was not counted yet is missing.`,
  },
};
