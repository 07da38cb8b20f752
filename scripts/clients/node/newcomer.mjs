// A newcomer's first try: the collection made of the served document, sent as it is, with a token pasted in.
// Prints how many operations answer 2xx, and the others with their status. Arguments: the document's URL, a token.
// Whatever servers the document names, the requests go to the one that it came from.
import converter from "openapi-to-postmanv2";
import newman from "newman";

const [, , url, token] = process.argv;
const contract = await (await fetch(url)).json();
contract.servers = [{ url: new URL("/public/v1", url).href }];
const document = JSON.stringify(contract);
// Optional parameters are there, switched off: a cursor can only be that of a page one has read.
const options = { parametersResolution: "Example", enableOptionalParameters: false, stackLimit: 50 };
const collection = await new Promise((resolve, reject) =>
  converter.convertV2({ type: "string", data: document }, options, (error, answer) =>
    error || !answer.result ? reject(error ?? new Error(answer.reason)) : resolve(answer.output[0].data),
  ),
);
const bearer = { type: "bearer", bearer: [{ key: "token", value: token, type: "string" }] };
const pasted = (items) => {
  for (const item of items) {
    if (item.item) pasted(item.item);
    else item.request.auth = bearer;
  }
};
pasted(collection.item);
const summary = await new Promise((resolve, reject) =>
  newman.run({ collection, reporters: [], timeoutRequest: 10000 }, (error, done) =>
    error ? reject(error) : resolve(done),
  ),
);
const answers = summary.run.executions.map(({ item, response }) => [item.name, response?.code ?? 0]);
const reached = answers.filter(([, code]) => code >= 200 && code < 300);
console.log(answers.filter(([, code]) => code < 200 || code > 299).map(([name, code]) => `${code} ${name}`).join("\n"));
console.log(`${reached.length} of ${answers.length}`);
