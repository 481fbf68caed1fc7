import type { Group, Way } from "@muster/core/notification/shape.ts";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useId, useState } from "react";
import { Gate } from "#features/failure/gate.tsx";
import { changeNotificationPreferences, type OrganizationSummary } from "#lib/api.ts";
import { notificationPreferencesQuery, organizationsQuery } from "#lib/queries.ts";
import { useTitle } from "#lib/title.ts";
import { useMorePages } from "#lib/use-more-pages.ts";
import { buttonClass } from "#ui/button.tsx";
import { PageHeader, Section } from "#ui/card.tsx";
import { Loading } from "#ui/loading.tsx";
import { NativeSelect, SelectField } from "#ui/native-select.tsx";
import { toast, toastFailure } from "#ui/toast.ts";

const groupText: Record<Group, { label: string; description: string }> = {
  mentions: { label: "Mentions", description: "Someone mentions you, or a team that you are in." },
  comments: { label: "Comments", description: "Someone comments on your update, or answers your comment." },
  invitations: {
    label: "Invitations",
    description: "Someone accepts an invitation that you sent, or requests a new one.",
  },
  seats: {
    label: "Seat requests",
    description:
      "A member requests seats that you can buy, your own request was decided, or a reclaim that you started has ended.",
  },
  rollouts: {
    label: "Rollouts",
    description: "A rollout that you started has halted, or any in an organization that you own.",
  },
};
const groups = Object.keys(groupText) as Group[];

const wayText: Record<Way, string> = {
  email: "In the product and by email",
  digest: "In the product, and a daily email",
  product: "In the product only",
  off: "Off",
};
const wayOptions = (Object.keys(wayText) as Way[]).map((value) => ({ value, label: wayText[value] }));

/** Shows the notification preferences of a person, for each of their organizations. */
export function NotificationPreferencesPage() {
  const organizations = useInfiniteQuery(organizationsQuery);
  useMorePages(organizations);
  useTitle("Notification preferences");
  return (
    <div className="mx-auto max-w-[760px]">
      <PageHeader
        title="Notification preferences"
        description="How you are notified, for each of your organizations. Changes apply to new notifications."
        actions={
          <Link to="/notifications" className={buttonClass({})}>
            Notifications
          </Link>
        }
      />
      <Gate
        query={organizations}
        skeleton={<Loading what="your preferences" className="grid gap-3 p-5" lines={["h-9", "h-9", "h-9"]} />}
      >
        {({ pages }) => {
          const mine = pages.flatMap(({ items }) => items).filter(({ state }) => state === "active");
          return mine.length === 0 ? (
            <p className="card px-5 py-10 text-center text-fg-2">You are not a member of an organization yet.</p>
          ) : (
            <Preferences organizations={mine} />
          );
        }}
      </Gate>
    </div>
  );
}

function Preferences({ organizations }: { organizations: readonly OrganizationSummary[] }) {
  const [chosen, choose] = useState(organizations[0]?.id ?? "");
  const options = organizations.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <div className="grid gap-4">
      <SelectField label="Organization" value={chosen} options={options} onChoose={choose} />
      <Section title="You choose">
        <p className="px-5 pb-4 text-sm text-fg-2">
          A daily email comes at eight o’clock in your{" "}
          <Link to="/account" className="text-accent-text underline underline-offset-2">
            time zone
          </Link>
          . It tells you what you chose for it and haven’t read, in all your organizations.
        </p>
        <Choices key={chosen} organizationId={chosen} />
      </Section>
      <Section title="Always in the product and by email">
        <p className="px-5 pb-5 text-sm text-fg-2">
          Your membership and role, changes of owners, domains, and API keys, departures with API keys to replace,
          reports, your updates and comments that others delete, paused invitation emails, payment, and the creation,
          deletion, and restoration of an organization. Nobody can turn these off, or put them into a daily email.
        </p>
      </Section>
    </div>
  );
}

function Choices({ organizationId }: { organizationId: string }) {
  const client = useQueryClient();
  const query = notificationPreferencesQuery(organizationId);
  const preferences = useQuery(query);
  const change = useMutation({
    mutationFn: (changes: Partial<Record<Group, Way>>) => changeNotificationPreferences(organizationId, changes),
    onSuccess: (saved) => {
      client.setQueryData(query.queryKey, saved);
      toast("Saved");
    },
    onError: (error) => {
      toastFailure("Not saved", error);
      void client.invalidateQueries(query);
    },
  });
  return (
    <Gate
      query={preferences}
      part="px-5 pb-5"
      skeleton={<Loading what="your preferences" className="grid gap-3 p-5" lines={["h-9", "h-9", "h-9"]} />}
    >
      {(ways) => (
        <ul className="border-t border-border">
          {groups.map((group) => (
            <Choice
              key={group}
              group={group}
              way={change.isPending ? (change.variables[group] ?? ways[group]) : ways[group]}
              onChoose={(way) => change.mutate({ [group]: way })}
            />
          ))}
        </ul>
      )}
    </Gate>
  );
}

function Choice({ group, way, onChoose }: { group: Group; way: Way; onChoose: (way: Way) => void }) {
  const id = useId();
  const { label, description } = groupText[group];
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-5 py-3 not-first:border-t not-first:border-border">
      <div className="min-w-0 flex-1 basis-60">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        <p id={`${id}-note`} className="text-sm text-fg-2">
          {description}
        </p>
      </div>
      <NativeSelect
        id={id}
        aria-describedby={`${id}-note`}
        value={way}
        options={wayOptions}
        onChoose={(value) => onChoose(value as Way)}
        className="w-72 max-w-full"
      />
    </li>
  );
}
