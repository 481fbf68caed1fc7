import { DomainName } from "@muster/core/domain/shape.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { domainName } from "#lib/domain-name.ts";
import { addDomain, domainsQuery } from "#lib/domains.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { mistakeIn } from "#lib/mistake.ts";
import { organizationEventsKey } from "#lib/queries.ts";
import { Banner } from "#ui/banner.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { DialogActions, DialogBody } from "#ui/dialog-parts.tsx";
import { InputField } from "#ui/input.tsx";
import { toast } from "#ui/toast.ts";

type Props = { organizationId: string; isOpen: boolean; onClose: () => void };

export function AddDialog({ organizationId, isOpen, onClose }: Props) {
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const [isSubmitted, setSubmitted] = useState(false);
  const [requestKey, setRequestKey] = useState(() => crypto.randomUUID());
  const add = useMutation({
    mutationFn: () => addDomain(organizationId, name, requestKey),
    onSuccess: (added) => {
      const { queryKey } = domainsQuery(organizationId);
      queryClient.setQueryData(queryKey, (list) => list && [...list.filter(({ id }) => id !== added.id), added]);
      void queryClient.invalidateQueries({ queryKey });
      void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
      toast(`${domainName(added.name)} was added`, { description: "Publish its DNS record, then check it." });
      close();
    },
  });

  function close() {
    setName("");
    setSubmitted(false);
    add.reset();
    onClose();
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    setSubmitted(true);
    if (mistakeIn(DomainName, name) === undefined) add.mutate();
  }

  const refused = add.error instanceof ApiError ? add.error.fields[0]?.message : undefined;
  return (
    <Dialog
      isOpen={isOpen}
      onClose={() => !add.isPending && close()}
      title="Add domain"
      description="A domain of your email addresses. You verify it with a DNS record."
    >
      <form noValidate autoComplete="off" onSubmit={submit} className="contents">
        <DialogBody>
          <InputField
            label="Domain"
            hint="The part after the @."
            error={refused ?? (isSubmitted ? mistakeIn(DomainName, name) : undefined)}
            name="domain"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            placeholder="acme.com"
            value={name}
            onChange={({ target }) => {
              setName(target.value);
              setRequestKey(crypto.randomUUID());
              add.reset();
            }}
          />
          {add.error && refused === undefined && <Banner tone="danger">{toSentence(add.error)}</Banner>}
        </DialogBody>
        <DialogActions onCancel={close} action="Add domain" isBusy={add.isPending} />
      </form>
    </Dialog>
  );
}
