import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import { type Domain, domainsQuery } from "#lib/domains.ts";
import { useOpened } from "#lib/use-opened.ts";
import { Button } from "#ui/button.tsx";
import { Loading } from "#ui/loading.tsx";
import { opened } from "#ui/opened.tsx";
import { RetryLine } from "#ui/retry-line.tsx";
import { SettingsSection } from "#ui/settings-section.tsx";
import { DomainRow } from "./row.tsx";

const AddDialog = opened(async () => (await import("./add-dialog.tsx")).AddDialog);
const RemoveDialog = opened(async () => (await import("./remove-dialog.tsx")).RemoveDialog);

const addButtonId = "add-domain";

/** The domains of the organization's email addresses, each with its DNS record, and how people join by them. */
export function DomainsCard({ organization }: { organization: Organization }) {
  const domains = useQuery(domainsQuery(organization.id));
  const [isAdding, setAdding] = useState(false);
  const removing = useOpened<Domain>();
  return (
    <SettingsSection
      title="Domains"
      description="Verify the domains of your email addresses. Then people with such an address can join, if you want that."
    >
      {domains.data === undefined ? (
        domains.isError ? (
          <RetryLine error={domains.error} isBusy={domains.isFetching} onRetry={domains.refetch} />
        ) : (
          <Loading what="the domains" className="grid gap-2" lines={["h-4 w-40", "h-3 w-60"]} />
        )
      ) : (
        domains.data.length > 0 && (
          <ul aria-label="Domains" className="-mx-5 -mt-5 divide-y divide-border border-b border-border">
            {domains.data.map((domain) => (
              <DomainRow
                key={domain.id}
                organization={organization}
                domain={domain}
                onRemove={() => removing.open(domain)}
              />
            ))}
          </ul>
        )
      )}
      {!domains.isPending && (
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
          <p className="min-w-0 flex-1 basis-60 text-sm text-fg-2 text-pretty">
            {domains.data?.length === 0 ? "No domains yet." : "A domain does not include those below it."}
          </p>
          <Button id={addButtonId} blocked={whyBlocked(organization, "domain.add")} onClick={() => setAdding(true)}>
            <Plus />
            Add domain
          </Button>
        </div>
      )}
      <AddDialog organizationId={organization.id} isOpen={isAdding} onClose={() => setAdding(false)} />
      {removing.shown && (
        <RemoveDialog
          organizationId={organization.id}
          domain={removing.shown}
          {...removing.dialog}
          returnFocus={() => document.getElementById(addButtonId)}
        />
      )}
    </SettingsSection>
  );
}
