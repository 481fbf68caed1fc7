import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Organization } from "#lib/api.ts";
import { Badge } from "#ui/badge.tsx";
import { Time } from "#ui/time.tsx";
import { may } from "./permissions.ts";
import { badgeOf, planText, roleText } from "./text.ts";

export function PlanCard({ organization }: { organization: Organization }) {
  const { id, plan, role, createdAt } = organization;
  const { label, tone } = badgeOf(organization);
  return (
    <section aria-labelledby="plan" className="card p-5">
      <div className="flex items-center justify-between gap-3">
        <h2 id="plan" className="text-base font-semibold">
          {planText(plan)}
        </h2>
        <Badge tone={tone}>{label}</Badge>
      </div>
      <dl className="mt-3 grid gap-2 text-sm">
        <Row term="Your role">{roleText[role].label}</Row>
        <Row term="Created">
          <Time at={createdAt} />
        </Row>
      </dl>
      <p className="mt-3 text-sm text-fg-3">{roleText[role].can}</p>
      {may(role, "billing.get") && (
        <Link
          to="/organizations/$organization/billing"
          params={{ organization: id }}
          className="mt-2 inline-block rounded-sm text-sm font-medium text-accent-text hover:underline"
        >
          {plan === "free" ? "Buy seats" : "Seats and billing"}
        </Link>
      )}
    </section>
  );
}

function Row({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex justify-between gap-4">
      <dt className="text-fg-2">{term}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  );
}
