import { platformNames } from "@muster/core/device/platform/shape.ts";
import type { Departure } from "#lib/departures.ts";
import { plural } from "#lib/format.ts";
import { Badge } from "#ui/badge.tsx";
import { Section } from "#ui/card.tsx";
import { Time } from "#ui/time.tsx";

/** The devices that ended: which of them have confirmed their wipe, and when the others were last in contact. */
export function DepartureDevices({ departure: { devices } }: { departure: Departure }) {
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
