import { platformNames } from "@muster/core/device/platform/shape.ts";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Download, Printer } from "lucide-react";
import { useCallback } from "react";
import { Gate, PageGate } from "#features/failure/gate.tsx";
import type { Organization } from "#lib/api.ts";
import { type Departure, departureQuery, getCertificate } from "#lib/departures.ts";
import { plural } from "#lib/format.ts";
import { memberQuery } from "#lib/queries.ts";
import { saveFile } from "#lib/save-file.ts";
import { useTitle } from "#lib/title.ts";
import { useFormat } from "#lib/use-format.ts";
import { useTask } from "#lib/use-task.ts";
import { Badge } from "#ui/badge.tsx";
import { Banner, ErrorBanner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { PageHeader, Section } from "#ui/card.tsx";
import { CopyableId } from "#ui/copy-button.tsx";
import { Lines, Loading } from "#ui/loading.tsx";
import { Time } from "#ui/time.tsx";
import { DepartureSecrets } from "./secrets.tsx";
import { momentsOf, nameOf, titleOf } from "./text.ts";

const from = "/_signed-in/organizations/$organization/departures/$departure";

/** One departure: what ended, what was confirmed, and which API keys left. It can be printed. */
export function DeparturePage() {
  return (
    <PageGate page="departures" skeleton={skeleton} hasOwnTitle>
      {(organization) => <Live organization={organization} />}
    </PageGate>
  );
}

function Live({ organization }: { organization: Organization }) {
  const { departure: id } = useParams({ from });
  const query = useQuery(departureQuery(organization.id, id));

  useTitle(query.data && titleOf(query.data));
  return (
    <Gate query={query} skeleton={skeleton}>
      {(departure) => <Present organization={organization} departure={departure} />}
    </Gate>
  );
}

type Props = { organization: Organization; departure: Departure };

function Present({ organization, departure }: Props) {
  const { id } = departure;
  const download = useTask(
    useCallback(async () => {
      saveFile(await getCertificate(organization.id, id), `departure-${id}.json`);
    }, [organization.id, id]),
  );
  return (
    <>
      <PageHeader
        title={titleOf(departure)}
        description={
          <>
            What was on these devices of {organization.name}, and what has been done since.{" "}
            <CopyableId id={id} label="ID" />
          </>
        }
        actions={
          <>
            <Button className="print:hidden" onClick={() => window.print()}>
              <Printer />
              Print
            </Button>
            <Button
              variant="primary"
              className="print:hidden"
              isBusy={download.isBusy}
              onClick={() => void download.run(undefined)}
            >
              <Download />
              Download signed certificate
            </Button>
          </>
        }
      />
      <div className="mb-4 grid gap-3 empty:hidden">
        <ErrorBanner error={download.failure} />
        {departure.isMember && departure.reason !== "revoked" && departure.reason !== "token_reused" && (
          <Banner tone="info">{nameOf(departure)} is a member again. The devices below stay unlinked.</Banner>
        )}
      </div>
      <div className="grid gap-4">
        <Timeline organizationId={organization.id} departure={departure} />
        <DepartureDevices departure={departure} />
        <DepartureSecrets organization={organization} departure={departure} />
        <p className="text-sm text-fg-3 text-pretty">
          A confirmed wipe means that the device removed its settings and keys. It can’t show whether someone copied
          them before, so replace every API key that was on it.
        </p>
      </div>
    </>
  );
}

function Timeline({ organizationId, departure }: { organizationId: string; departure: Departure }) {
  const format = useFormat();
  const { by } = departure;
  const { data } = useQuery({
    ...memberQuery(organizationId, by ?? ""),
    enabled: by !== undefined && by !== departure.account,
    retry: false,
  });
  const name = by === departure.account ? departure.name : data?.name;
  return (
    <Section title="Timeline">
      <ol className="grid gap-3 px-5 pb-5">
        {momentsOf(departure, name).map(({ id, at, sentence, note }) => (
          <li key={id} className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5">
            <span className="tabular w-64 shrink-0 text-sm text-fg-3">
              {at === undefined ? "Not yet" : <time dateTime={at}>{format.absolute(at)}</time>}
            </span>
            <span className={at === undefined ? "min-w-0 text-warning-text wrap-anywhere" : "min-w-0 wrap-anywhere"}>
              {sentence}
              {note !== undefined && <span className="text-fg-3"> · {note}</span>}
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

const skeleton = (
  <Loading what="the departure">
    <Lines of={["h-6 w-56", "h-4 w-72 max-w-full"]} className="mb-6 grid gap-2" />
    <Lines of={["h-5 w-24", "h-4", "h-4 w-2/3"]} className="card grid gap-3 p-5" />
  </Loading>
);

/** The devices that ended: which of them have confirmed their wipe, and when the others were last in contact. */
function DepartureDevices({ departure: { devices } }: { departure: Departure }) {
  const confirmed = devices.filter(({ wipedAt }) => wipedAt !== undefined).length;
  return (
    <Section title="Devices" description={`${confirmed} of ${plural(devices.length, "device")} confirmed the wipe.`}>
      <ul aria-label="Devices that ended" className="divide-y divide-border border-t border-border">
        {devices.map(({ id, name, platform, app, linkedAt, contactAt, wipedAt }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5 px-5 py-3">
            <div className="min-w-0">
              <p className="font-medium wrap-anywhere">{name}</p>
              <p className="text-sm text-fg-3 wrap-anywhere">
                {platformNames[platform]} · {app} · linked <Time at={linkedAt} /> · last contact <Time at={contactAt} />
              </p>
            </div>
            {wipedAt === undefined ? (
              <Badge tone="warning">Not confirmed</Badge>
            ) : (
              <Badge tone="success">
                Wiped <Time at={wipedAt} />
              </Badge>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
