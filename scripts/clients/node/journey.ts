// The journey of an integrator by openapi-fetch, typed by the contract alone.
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

const { HB_URL, HB_TOKEN, HB_ORG, HB_ENT } = process.env as Record<"HB_URL" | "HB_TOKEN" | "HB_ORG" | "HB_ENT", string>;
const client = createClient<paths>({ baseUrl: HB_URL, headers: { Authorization: `Bearer ${HB_TOKEN}` } });
const tenant = { orgId: HB_ORG, entityId: HB_ENT };

function found<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

const boms = found(
  await client.GET("/orgs/{orgId}/entities/{entityId}/boms", {
    params: { path: tenant, query: { updatedSince: "2026-01-01T00:00:00Z", limit: 200 } },
  }),
);
if (boms.boms.length === 0) throw new Error("no BOM since January");

// HelloBooks promises no member of an item: each is looked at before it is used.
const items = found(
  await client.GET("/orgs/{orgId}/entities/{entityId}/item", { params: { path: tenant, query: { limit: 200 } } }),
).items?.flatMap(({ id, ...item }) => (id && item.IsActive && item.TrackInventory ? [{ ...item, id }] : [])) ?? [];
const stocked = items.filter((item) => (item.AvailableQuantity ?? 0) >= 10);
const taken = new Set(boms.boms.map((bom) => bom.ItemRefId));
const made = items.find((item) => !taken.has(item.id) && item.Uom === "NOS");
const [part, scrap] = stocked.filter((item) => item.id !== made?.id);
if (!made || !part || !scrap) throw new Error("the seed has no items to build from");

const bom = found(
  await client.POST("/orgs/{orgId}/entities/{entityId}/boms", {
    params: { path: tenant },
    body: {
      Name: "Built by a generated client",
      ItemRefId: made.id,
      Status: "Active",
      Lines: [{ ItemRefId: part.id, Quantity: 2 }],
      ByProducts: [{ ItemRefId: scrap.id, Quantity: 1, CostMethod: "FixedRate", Rate: 0.01 }],
    },
  }),
);
const order = found(
  await client.POST("/orgs/{orgId}/entities/{entityId}/work-orders", {
    params: { path: tenant },
    body: { ItemRefId: made.id, BomRefId: bom.id, PlannedQuantity: 2 },
  }),
);
const id = order.id;
found(
  await client.POST("/orgs/{orgId}/entities/{entityId}/work-orders/{id}/release", {
    params: { path: { ...tenant, id } },
  }),
);
const done = found(
  await client.POST("/orgs/{orgId}/entities/{entityId}/work-orders/{id}/complete", {
    params: { path: { ...tenant, id } },
    body: { CompletedQuantity: 2 },
  }),
);
if (done.Status !== "Completed" || done.ActualCost === null) throw new Error(`the order is ${done.Status}`);
const lot: string | null = done.LotNumber;

const subscription = found(
  await client.POST("/orgs/{orgId}/entities/{entityId}/webhooks", {
    params: { path: tenant },
    body: { topics: ["work_order.completed"], delivery_mode: "push", target_url: "https://example.com/hooks" },
  }),
);
const refused = await client.GET("/orgs/{orgId}/entities/{entityId}/boms/{id}", {
  params: { path: { ...tenant, id: "019e2d80-5a00-7000-8000-00000000ffff" } },
});
if (refused.response.status !== 404 || !refused.error) throw new Error("an unknown BOM is found");
console.log(`completed ${done.WorkOrderNumber}, lot ${lot}, secret ${typeof subscription.signing_secret}`);
