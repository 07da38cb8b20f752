// The reference: Swagger UI, whose requests go to this server with a token that it is asked for, or that was typed.
"use strict";

(() => {
  const CONTROL = "/_sandbox/v1";
  const TENANT = /\/orgs\/([^/?#]+)\/entities\/([^/?#]+)/;
  const field = document.getElementById("token");
  const hint = document.getElementById("token-hint");
  let isTyped = false;

  async function made(org, entity) {
    // The control plane answers on the machine of the sandbox alone; elsewhere a token has to be pasted.
    const answer = await fetch(`${CONTROL}/tokens`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ org_ref_id: org, entity_ref_id: entity }),
    });
    return answer.ok ? (await answer.json()).access_token : "";
  }

  async function firstEntity() {
    const answer = await fetch(`${CONTROL}/entities`);
    return answer.ok ? (await answer.json()).entities[0] : undefined;
  }

  async function tokenFor(url) {
    if (isTyped) {
      return field.value.trim();
    }
    const named = TENANT.exec(url);
    const token = named && (await made(decodeURIComponent(named[1]), decodeURIComponent(named[2])));
    if (token && !isTyped) {
      // A tenant that is none is asked with the token that is there, and gets the gateway's own refusal.
      field.value = token;
    }
    return field.value.trim();
  }

  async function prefill() {
    const entity = await firstEntity();
    const token = entity ? await made(entity.org_ref_id, entity.entity_ref_id) : "";
    if (!isTyped) {
      field.value = token;
    }
    hint.textContent = token
      ? "Made for the entity in the path of each request. Another one that you paste here is used instead."
      : "Paste one here: hellobooks-sandbox env makes it, on the machine of the sandbox.";
  }

  field.addEventListener("input", () => {
    isTyped = field.value.trim() !== "";
  });

  const ready = prefill();

  // No validator: it would send the contract's address to another host.
  window.ui = SwaggerUIBundle({
    url: "/openapi.json",
    domNode: document.getElementById("reference"),
    deepLinking: true,
    docExpansion: "none",
    defaultModelsExpandDepth: 0,
    showExtensions: true,
    validatorUrl: null,
    requestInterceptor: async (request) => {
      if (!request.loadSpec && !request.headers.Authorization) {
        await ready;
        const token = await tokenFor(request.url);
        if (token) {
          request.headers.Authorization = `Bearer ${token}`;
        }
      }
      return request;
    },
  });
})();
