import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { KeyRound, Plus } from "lucide-react";
import { useEffect, useState } from "react";
import { Gate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import { useNow } from "#lib/clock.ts";
import { organizationQuery } from "#lib/queries.ts";
import { checkSecret, type Secret, secretsQuery } from "#lib/secrets.ts";
import { useTitle } from "#lib/title.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { Lines, LoadingRows } from "#ui/loading.tsx";
import { opened } from "#ui/opened.tsx";
import { SettingsGroup } from "#ui/settings-section.tsx";
import { toastFailure } from "#ui/toast.ts";
import type { Change } from "./change.tsx";
import { type Act, SecretMenu } from "./menu.tsx";
import { SecretRow } from "./row.tsx";
import { groupByProvider } from "./text.ts";

const EditorDialog = opened(async () => (await import("./editor-dialog.tsx")).EditorDialog);
const ChangeDialog = opened(async () => (await import("./change.tsx")).ChangeDialog);

/** The stored API keys of an organization. */
export function SecretsPage() {
  const { organization: id = "" } = useParams({ strict: false });
  const organization = useQuery(organizationQuery(id));
  const secrets = useQuery(secretsQuery(id));

  useTitle("API keys");
  return (
    <Gate query={organization.data ? secrets : { ...secrets, data: undefined }} skeleton={skeleton}>
      {(found) => organization.data && <Secrets key={id} organization={organization.data} secrets={found} />}
    </Gate>
  );
}

/** The open dialog, which adds, replaces or changes. Each opening is a form of its own. */
type Open = { number: number; secret?: Secret; change?: Change; isClosing?: true };

const from = "/_signed-in/organizations/$organization/settings/api-keys";

/** A dialog that closes is taken out afterwards, and with it what was entered. */
const closingMs = 300;

function Secrets({ organization, secrets }: { organization: Organization; secrets: Secret[] }) {
  const now = useNow(secrets.some(({ check }) => check?.status === "pending") ? "second" : "halfMinute");
  const runCheck = useCheck(organization.id);
  const { show, replace } = useSearch({ from });
  const navigate = useNavigate({ from: "/organizations/$organization/settings/api-keys" });
  const wanted = secrets.find(({ id }) => id === replace);
  const [open, setOpen] = useState<Open | undefined>(wanted && { number: 0, secret: wanted });
  const listed = (search: { show?: "to-replace" }) => void navigate({ search, replace: true, resetScroll: false });
  const close = () => {
    setOpen((shown) => shown && { ...shown, isClosing: true });
    if (replace !== undefined) {
      listed(show === undefined ? {} : { show });
    }
  };
  const toReplace = secrets.filter(({ exposedBy = [] }) => exposedBy.length > 0);
  const shown = show === "to-replace" && toReplace.length > 0 ? toReplace : secrets;
  useEffect(() => {
    if (open?.isClosing) {
      const timer = window.setTimeout(() => setOpen(undefined), closingMs);
      return () => window.clearTimeout(timer);
    }
    return undefined;
  }, [open]);
  const begin = (more: Omit<Open, "number"> = {}) => setOpen({ number: Date.now(), ...more });
  const blocked = whyBlocked(organization, "secret.create");

  const act: Act = (secret, change) => {
    if (change === "check") {
      void runCheck(secret);
    } else if (change === "replace") {
      begin({ secret });
    } else {
      begin({ secret, change });
    }
  };
  const add = (
    <Button id={addButtonId} variant="primary" size="large" blocked={blocked} onClick={() => begin()}>
      <Plus />
      Add API key
    </Button>
  );
  const queryClient = useQueryClient();
  /** The row of a deleted key may still be drawn when its dialog closes. */
  const isListed = ({ id }: Secret) =>
    queryClient.getQueryData(secretsQuery(organization.id).queryKey)?.some((one) => one.id === id);
  const returnFocus = () =>
    document.getElementById(open?.secret && isListed(open.secret) ? rowButtonId(open.secret) : addButtonId) ??
    document.getElementById(addButtonId);
  const dialog = { organizationId: organization.id, isOpen: open?.isClosing !== true, onClose: close, returnFocus };

  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 pt-6">
        <p className="min-w-0 flex-1 basis-64 text-sm text-fg-2 text-pretty">
          Keys of model providers. Each is encrypted when you add it, and never shown again. Owners are notified of
          every change.
        </p>
        {secrets.length > 0 && add}
      </div>
      {toReplace.length > 0 && (
        <Exposed
          count={toReplace.length}
          isOnly={show !== undefined}
          onOnly={(isOnly) => listed(isOnly ? { show: "to-replace" } : {})}
        />
      )}
      {secrets.length === 0 ? (
        <div className="card mt-6">
          <EmptyState icon={KeyRound} title="No API keys yet" action={add}>
            Add a key of OpenAI, Google, Anthropic, Amazon Bedrock, or Azure OpenAI.
          </EmptyState>
        </div>
      ) : (
        groupByProvider(shown).map((group) => (
          <SettingsGroup key={group.name} title={group.name}>
            <ul aria-label={`API keys of ${group.name}`} className="divide-y divide-border">
              {group.secrets.map((secret) => (
                <SecretRow
                  key={secret.id}
                  organization={organization}
                  secret={secret}
                  now={now}
                  buttonId={rowButtonId(secret)}
                  onCheck={() => act(secret, "check")}
                />
              ))}
            </ul>
          </SettingsGroup>
        ))
      )}
      <SecretMenu organization={organization} onAct={act} />
      {open && !open.change && (
        <EditorDialog key={open.number} secret={open.secret} onCheck={(secret) => void runCheck(secret)} {...dialog} />
      )}
      {open?.change && open.secret && (
        <ChangeDialog key={open.number} secret={open.secret} change={open.change} {...dialog} />
      )}
    </>
  );
}

type ExposedProps = { count: number; isOnly: boolean; onOnly: (isOnly: boolean) => void };

function Exposed({ count, isOnly, onOnly }: ExposedProps) {
  return (
    <div className="mt-4">
      <Banner
        tone="warning"
        action={
          <Button size="small" onClick={() => onOnly(!isOnly)}>
            {isOnly ? "Show all" : "Show only these"}
          </Button>
        }
      >
        {count === 1
          ? "1 API key was on devices that are no longer linked. Replace it."
          : `${count} API keys were on devices that are no longer linked. Replace them.`}
      </Banner>
    </div>
  );
}

const addButtonId = "add-secret";
const rowButtonId = ({ id }: Secret) => `menu-${id}`;

/** Asks for a check; the list shows what comes of it. */
function useCheck(organizationId: string) {
  const queryClient = useQueryClient();
  const { queryKey } = secretsQuery(organizationId);
  return async ({ id, name }: Secret) => {
    try {
      const asked = await checkSecret(organizationId, id);
      queryClient.setQueryData(queryKey, (list) => list?.map((one) => (one.id === id ? asked : one)));
    } catch (error) {
      toastFailure(`${name} was not checked`, error);
    }
  };
}

const skeleton = (
  <>
    <Lines of={["h-4 w-72", "mt-8 mb-3 h-5 w-24"]} className="grid pt-6" />
    <LoadingRows what="the API keys" className="card" lines={["h-4 w-40", "h-3 w-60"]} end="h-8 w-20" />
  </>
);
