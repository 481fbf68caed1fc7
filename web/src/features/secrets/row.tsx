import { Link } from "@tanstack/react-router";
import { EllipsisVertical, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { whyBlocked } from "#features/rights/blocked.ts";
import { MemberName } from "#features/settings/member-name.tsx";
import type { Organization } from "#lib/api.ts";
import { pageOf } from "#lib/page-of.ts";
import { isChecking } from "#lib/secret-check.ts";
import type { Secret } from "#lib/secrets.ts";
import { Badge } from "#ui/badge.tsx";
import { Button, buttonClass } from "#ui/button.tsx";
import { CopyableId } from "#ui/copy-button.tsx";
import { Time } from "#ui/time.tsx";
import { SecretMenuTrigger } from "./menu.tsx";
import { checkSentence, checkState, rotationSentences, usersOf, variantOf } from "./text.ts";

type Props = {
  organization: Organization;
  secret: Secret;
  now: number;
  buttonId: string;
  onCheck: () => void;
};

/** A stored key: which one it is, whether it works, and who has entered it. */
export function SecretRow({ organization, secret, now, buttonId, onCheck }: Props) {
  const { name, kind, last4, fingerprint, details, status, warning, check } = secret;
  const state = checkState(secret, now);
  const variant = variantOf(kind);
  const rotation = rotationSentences(secret);
  const shown = Object.values(details);
  return (
    <li className="flex items-start gap-3 px-4 py-4 sm:px-5">
      <div className="grid min-w-0 flex-1 gap-1.5">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          <h3 className="min-w-0 truncate font-medium">{name}</h3>
          {variant && <span className="text-sm text-fg-3">{variant}</span>}
          {status === "disabled" && <Badge>Disabled</Badge>}
          {state && <Badge tone={state.tone}>{state.label}</Badge>}
          {rotation.length > 0 && <Badge tone="warning">Needs rotation</Badge>}
        </div>
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 text-sm text-fg-2">
          <span className="font-mono text-xs">
            <span className="sr-only">Ends with </span>
            <span aria-hidden>…</span>
            {last4}
          </span>
          <span className="flex min-w-0 items-center gap-1.5">
            Fingerprint <CopyableId id={fingerprint} label={`fingerprint of ${name}`} className="left-0!" />
          </span>
          {shown.length > 0 && <span className="min-w-0 wrap-anywhere">{shown.join(" · ")}</span>}
        </div>
        <p className="text-sm text-fg-3 text-pretty">
          <By organizationId={organization.id} secret={secret} />
          <Separated>{usersOf(secret)}</Separated>
          {check?.checkedAt !== undefined && (
            <Separated>
              Checked <Time at={check.checkedAt} />
            </Separated>
          )}
        </p>
        <Notes>
          {checkSentence(secret)}
          {rotation.map(({ reason, sentence }) => (
            <span key={reason}>{sentence} </span>
          ))}
          {secret.exposedBy?.map((one) => (
            <Left key={one.departure} organizationId={organization.id} departed={one} />
          ))}
          {warning !== undefined && rotation.every(({ reason }) => reason !== "temporary") && warning}
        </Notes>
      </div>
      <Button
        isBusy={isChecking(secret, now)}
        blocked={whyBlocked(organization, "secret.check")}
        onClick={onCheck}
        aria-label={`Check ${name}`}
      >
        Check
      </Button>
      <SecretMenuTrigger
        id={buttonId}
        payload={secret}
        aria-label={`Actions for ${name}`}
        className={buttonClass({ variant: "ghost", size: "icon" })}
      >
        <EllipsisVertical />
      </SecretMenuTrigger>
    </li>
  );
}

type LeftProps = { organizationId: string; departed: NonNullable<Secret["exposedBy"]>[number] };

/** A departure that a key left with. */
function Left({ organizationId, departed: { departure, name = "a former member", at } }: LeftProps) {
  return (
    <Link
      {...pageOf(organizationId, "/departures/$departure", { departure })}
      className="mr-2 underline underline-offset-2"
    >
      Devices of {name}, <Time at={at} />
    </Link>
  );
}

function By({ organizationId, secret }: { organizationId: string; secret: Secret }) {
  const { addedBy, addedAt, version, storedAt, fetchedAt } = secret;
  return (
    <>
      Added by <MemberName organizationId={organizationId} account={addedBy} me="you" unknown="a former member" />{" "}
      <Time at={addedAt} />
      {version > 1 && (
        <Separated>
          Replaced <Time at={storedAt} />
        </Separated>
      )}
      <Separated>
        {fetchedAt === undefined ? (
          "Not fetched by a device yet"
        ) : (
          <>
            Last fetched by a device <Time at={fetchedAt} />
          </>
        )}
      </Separated>
    </>
  );
}

const Separated = ({ children }: { children: ReactNode }) => <> · {children}</>;

/** Nothing, unless there is something to say. */
function Notes({ children }: { children: ReactNode[] }) {
  const said = children.flat().filter((one) => one !== undefined && one !== false && one !== null);
  return (
    said.length > 0 && (
      <p className="flex items-start gap-1.5 text-sm text-warning-text text-pretty">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span>{said}</span>
      </p>
    )
  );
}
