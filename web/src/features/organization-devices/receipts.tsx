import { useInfiniteQuery } from "@tanstack/react-query";
import { KeyRound, ShieldAlert, ShieldCheck } from "lucide-react";
import { ListGate } from "#features/failure/gate.tsx";
import { type DeviceReceipt, deviceReceiptsQuery } from "#lib/organization-devices.ts";
import { useFormat } from "#lib/use-format.ts";
import { Badge } from "#ui/badge.tsx";
import { Section } from "#ui/card.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { Time } from "#ui/time.tsx";
import { codeTextOf, sectionText, stateText } from "./text.ts";

const signatures = {
  valid: { Icon: ShieldCheck, text: "Signed by this device", className: "text-success-text" },
  invalid: { Icon: ShieldAlert, text: "Not signed by this device", className: "text-danger-text" },
  no_key: { Icon: KeyRound, text: "Was verified; the key of the device is gone", className: "text-fg-3" },
};

/** Lists the receipts that the device has signed, newest first. */
export function Receipts({ organizationId, device }: { organizationId: string; device: string }) {
  const list = useInfiniteQuery(deviceReceiptsQuery(organizationId, device));
  return (
    <Section title="Receipts" description="What the device has signed about its settings. Kept for 90 days.">
      <ListGate
        list={list}
        part="px-5 pb-5"
        more="Show older"
        skeleton={<Skeleton className="mx-5 mb-5 h-32" />}
        empty={<p className="px-5 pb-5 text-sm text-fg-3">No receipts yet.</p>}
      >
        {(receipts) => (
          <ul aria-label="Receipts" className="divide-y divide-border border-t border-border">
            {receipts.map((receipt) => (
              <ReceiptItem key={receipt.seq} receipt={receipt} />
            ))}
          </ul>
        )}
      </ListGate>
    </Section>
  );
}

function ReceiptItem({ receipt }: { receipt: DeviceReceipt }) {
  const format = useFormat();
  const { seq, section, state, revision, signature, at, receivedAt, code, key, message, app, appVersion } = receipt;
  const { Icon, text, className } = signatures[signature];
  return (
    <li className="flex items-start gap-3 px-5 py-2.5 text-sm">
      <span className="tabular w-10 shrink-0 text-right text-fg-3">{format.number(seq)}</span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium">{sectionText[section]}</span>
          <Badge tone={state === "refused" ? "danger" : state === "enforced" ? "success" : "neutral"}>
            {stateText[state]}
          </Badge>
          {revision !== undefined && <span className="tabular text-fg-2">Revision {format.number(revision)}</span>}
        </p>
        {state === "refused" && (
          <p className="mt-0.5 text-fg-2 wrap-anywhere">
            {key !== undefined && <code>{key}: </code>}
            {codeTextOf(code).label}
            {message !== undefined && ` — “${message}”`}
          </p>
        )}
        <p className="mt-0.5 text-fg-3">
          Received <Time at={receivedAt} />
          {at !== undefined && <> · device’s clock {format.absolute(at)}</>}
          {app !== undefined && ` · ${app} ${appVersion ?? ""}`}
        </p>
      </div>
      <span title={text} className={className}>
        <Icon aria-hidden className="size-4" />
        <span className="sr-only">{text}</span>
      </span>
    </li>
  );
}
