import { unreachableHours } from "@muster/core/domain/limits.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import { useNow } from "#lib/clock.ts";
import { domainName } from "#lib/domain-name.ts";
import { checkDomain, type Domain, domainsQuery } from "#lib/domains.ts";
import { organizationEventsKey } from "#lib/queries.ts";
import { Badge } from "#ui/badge.tsx";
import { Button } from "#ui/button.tsx";
import { CopyableId } from "#ui/copy-button.tsx";
import { Time } from "#ui/time.tsx";
import { toast, toastFailure } from "#ui/toast.ts";
import { JoinFields } from "./join-fields.tsx";
import { findingOf, stateOf } from "./text.ts";

type Props = { organization: Organization; domain: Domain; onRemove: () => void };

/** A domain: whether it is verified, the record that verifies it until it does, and how people join by it. */
export function DomainRow({ organization, domain, onRemove }: Props) {
  const check = useCheck(organization.id);
  const { lostAt, verifiedUntil, unreachableAt, isJoinPaused } = domain;
  const name = domainName(domain.name);
  const state = stateOf(domain);
  const finding = findingOf(domain);
  const isVerified = domain.state === "verified";
  return (
    <li className="grid gap-3 px-5 py-4">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-3">
        <div className="grid min-w-0 flex-1 basis-56 gap-1">
          <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
            <h3 className="min-w-0 font-medium wrap-anywhere">{name}</h3>
            <Badge tone={state.tone}>{state.label}</Badge>
          </div>
          <p className="text-sm text-fg-3">
            <Checked domain={domain} />
          </p>
        </div>
        <div className="flex gap-2 max-sm:w-full max-sm:*:flex-1">
          <Button
            isBusy={check.isPending}
            blocked={whyBlocked(organization, "domain.check")}
            onClick={() => check.mutate(domain)}
            aria-label={`Check ${name} now`}
          >
            Check now
          </Button>
          <Button
            variant="ghost"
            blocked={whyBlocked(organization, "domain.remove")}
            onClick={onRemove}
            aria-label={`Remove ${name}`}
          >
            Remove
          </Button>
        </div>
      </div>
      {finding !== undefined && (
        <p className="flex items-start gap-1.5 text-sm text-warning-text text-pretty">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span>
            {finding}
            {lostAt !== undefined && verifiedUntil !== undefined && (
              <>
                {" "}
                The domain is verified until <Time at={verifiedUntil} />. Until the record is back, nobody joins by it.
              </>
            )}
            {unreachableAt !== undefined && (
              <>
                {" "}
                They have been silent since <Time at={unreachableAt} />.{" "}
                {isJoinPaused
                  ? "Joining is paused until they answer."
                  : `Joining is paused after ${unreachableHours} hours of silence.`}
              </>
            )}
          </span>
        </p>
      )}
      {(!isVerified || lostAt !== undefined) && <DnsRecord domain={domain} />}
      {isVerified && <JoinFields organization={organization} domain={domain} />}
    </li>
  );
}

function Checked({ domain: { check, checkAt } }: { domain: Domain }) {
  const now = useNow();
  // this page's clock ticks slowly, and a check has just ended
  const checkedAt = check && new Date(Math.min(Date.parse(check.checkedAt), now)).toISOString();
  return (
    <>
      {checkedAt === undefined ? (
        "Not checked yet"
      ) : (
        <>
          Checked <Time at={checkedAt} />
        </>
      )}
      {" · "}
      {checkAt === undefined ? (
        "not checked automatically anymore"
      ) : (
        <>
          next check <Time at={checkAt} />
        </>
      )}
    </>
  );
}

function DnsRecord({ domain: { name: ascii, record } }: { domain: Domain }) {
  const name = domainName(ascii);
  return (
    <div className="grid gap-2 rounded-lg border border-border bg-surface-2 p-3 text-sm">
      <p className="text-fg-2">Publish this {record.type} record at your DNS provider, then check the domain.</p>
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1">
        <dt className="text-fg-3">Name</dt>
        <dd className="min-w-0">
          <CopyableId id={record.name} label={`record name of ${name}`} />
        </dd>
        <dt className="text-fg-3">Value</dt>
        <dd className="min-w-0">
          <CopyableId id={record.value} label={`record value of ${name}`} />
        </dd>
      </dl>
    </div>
  );
}

/** Checks a domain now; the list shows what came of it, and a message says it. */
function useCheck(organizationId: string) {
  const queryClient = useQueryClient();
  const { queryKey } = domainsQuery(organizationId);
  return useMutation({
    mutationFn: ({ id }: Domain) => checkDomain(organizationId, id),
    onSuccess: (checked) => {
      queryClient.setQueryData(queryKey, (list) => list?.map((one) => (one.id === checked.id ? checked : one)));
      void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
      const finding = findingOf(checked);
      const { state } = checked;
      const name = domainName(checked.name);
      const verified = finding === undefined ? "is verified" : "is still verified";
      const title = `${name} ${state === "verified" ? verified : "is not verified yet"}`;
      toast(title, finding === undefined ? {} : { description: finding, type: "error" });
    },
    onError: (error, { name }) => {
      toastFailure(`${domainName(name)} was not checked`, error);
      void queryClient.invalidateQueries({ queryKey });
    },
  });
}
