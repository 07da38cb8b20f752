// Holds recorded answers against the contract with Ajv as it comes. Arguments: the document, the record.
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";

const [, , contract, record] = process.argv;
const document = JSON.parse(readFileSync(contract, "utf8"));
const ajv = new Ajv2020({ strict: false, allErrors: false });
formats.default(ajv);
ajv.addSchema({ $id: "https://contract.example/openapi.json", ...document }, "https://contract.example/openapi.json");

const operations = new Map();
for (const [path, item] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(item)) {
    operations.set(operation.operationId, `#/paths/${path.replaceAll("/", "~1")}/${method}`);
  }
}
const resolve = (pointer) =>
  pointer.slice(2).split("/").reduce((node, key) => node[key.replaceAll("~1", "/").replaceAll("~0", "~")], document);

let count = 0;
const faults = [];
const compiled = new Map();
for (const line of readFileSync(record, "utf8").trim().split("\n")) {
  const { operation, status, body, path } = JSON.parse(line);
  let pointer = `${operations.get(operation)}/responses/${status}`;
  const response = resolve(pointer);
  if (response.$ref) pointer = response.$ref;
  pointer += "/content/application~1json/schema";
  if (!compiled.has(pointer)) compiled.set(pointer, ajv.compile({ $ref: `https://contract.example/openapi.json${encodeURI(pointer)}` }));
  const validate = compiled.get(pointer);
  count += 1;
  if (!validate(body)) faults.push(`${path} ${status}: ${ajv.errorsText(validate.errors)}`);
}
// Every decimal of the allowed scale, at random and at the ends.
let seed = 1;
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
for (const [name, schema] of Object.entries(document.components.schemas)) {
  if (!("x-decimal-places" in schema)) continue;
  const validate = ajv.compile({ $ref: `https://contract.example/openapi.json#/components/schemas/${name}` });
  const places = schema["x-decimal-places"];
  for (let turn = 0; turn < 5000; turn += 1) {
    const digits = 1 + Math.floor(random() * 14);
    const value = Number(`${Math.floor(random() * 10 ** digits)}e-${places}`);
    const least = schema.minimum ?? Number.MIN_VALUE;
    if (value >= least && value <= schema.maximum && !validate(value)) faults.push(`${name}: ${value}`);
    count += 1;
  }
}
console.log(`${count} values`);
if (faults.length) {
  console.log(faults.slice(0, 20).join("\n"));
  process.exit(1);
}
