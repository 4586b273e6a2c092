import { createHash, createHmac, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Server } from "bun";
import { newFolder } from "./colony.ts";

const sha256 = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
/** As AWS has it: every byte but letters, digits and `-._~` is escaped. */
const escaped = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);

const failure = (status: number, code: string): Response => new Response(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`, { status });

/**
 * A server that speaks S3's protocol on loopback, as far as objects go: put, multipart upload, ranges, head, delete, list
 * in pages. Every request's signature (AWS Signature Version 4) is checked. Objects lie in a folder.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export class Bucket {
  static readonly KEY = "AKIATEST";
  static readonly SECRET = "secret-of-the-bucket/+=";
  readonly requests: string[] = [];
  /** Which requests are answered with 500 in place of being done. */
  fails: (request: string) => boolean = () => false;
  readonly #objects = newFolder();
  readonly #parts = newFolder();
  #server: Server<unknown>;

  constructor(readonly name = "attic") {
    this.#server = Bun.serve({ port: 0, hostname: "127.0.0.1", maxRequestBodySize: 2 ** 40, fetch: (request) => this.#answer(request) });
  }

  get settings(): Record<string, string> {
    return {
      COLONY_FILES: `s3://${this.name}/colony/files`,
      COLONY_S3_ENDPOINT: this.#server.url.origin,
      COLONY_S3_ACCESS_KEY: Bucket.KEY,
      COLONY_S3_SECRET_KEY: Bucket.SECRET,
      COLONY_S3_REGION: "eu-test-1",
    };
  }

  /** Keys of all objects. */
  keys(): string[] {
    return readdirSync(this.#objects).map(decodeURIComponent).toSorted();
  }

  /** Multipart uploads that were begun and neither finished nor given up. */
  begun(): string[] {
    return readdirSync(this.#parts);
  }

  remove(key: string): void {
    rmSync(this.#pathOf(key));
  }

  put(key: string, bytes: string): Promise<number> {
    return Bun.write(this.#pathOf(key), bytes);
  }

  stop(): void {
    this.#server.stop(true);
  }

  #pathOf(key: string): string {
    return join(this.#objects, encodeURIComponent(key));
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const asked = `${request.method} ${url.pathname}${url.search}`;
    this.requests.push(asked);
    if (this.fails(asked)) return failure(500, "InternalError");
    if (!signed(request, url)) return failure(403, "SignatureDoesNotMatch");
    const [, bucket, ...rest] = url.pathname.split("/");
    if (bucket !== this.name) return failure(404, "NoSuchBucket");
    const key = decodeURIComponent(rest.join("/"));
    return this.#act(request, url.searchParams, key);
  }

  async #act(request: Request, query: URLSearchParams, key: string): Promise<Response> {
    const upload = query.get("uploadId");
    const file = Bun.file(this.#pathOf(key));
    switch (request.method) {
      case "PUT": {
        const target = upload === null ? this.#pathOf(key) : join(this.#parts, upload, String(query.get("partNumber")).padStart(6, "0"));
        if (upload !== null && !readdirSync(this.#parts).includes(upload)) return failure(404, "NoSuchUpload");
        const bytes = await request.bytes();
        const claimed = request.headers.get("x-amz-content-sha256") ?? "";
        if (claimed !== "UNSIGNED-PAYLOAD" && claimed !== sha256(bytes)) return failure(400, "XAmzContentSHA256Mismatch");
        await Bun.write(target, bytes);
        return new Response(null, { headers: { etag: `"${sha256(bytes).slice(0, 32)}"` } });
      }
      case "POST":
        return upload === null ? this.#begin(key) : this.#finish(upload, key, await request.text());
      case "DELETE":
        rmSync(upload === null ? this.#pathOf(key) : join(this.#parts, upload), { recursive: true, force: true });
        return new Response(null, { status: 204 });
      case "HEAD":
      case "GET":
        if (query.has("list-type")) return this.#list(query);
        if (!(await file.exists())) return failure(404, "NoSuchKey");
        return range(file, request.headers.get("range"), request.method === "HEAD");
      default:
        return failure(405, "MethodNotAllowed");
    }
  }

  #begin(key: string): Response {
    const id = randomUUID();
    mkdirSync(join(this.#parts, id));
    return new Response(`<InitiateMultipartUploadResult><Bucket>${this.name}</Bucket><Key>${key}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
  }

  async #finish(id: string, key: string, order: string): Promise<Response> {
    const folder = join(this.#parts, id);
    const sink = Bun.file(this.#pathOf(key)).writer();
    for (const [, number = ""] of order.matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)) {
      for await (const chunk of Bun.file(join(folder, number.padStart(6, "0"))).stream()) {
        sink.write(chunk);
        await sink.flush();
      }
    }
    await sink.end();
    rmSync(folder, { recursive: true });
    return new Response(`<CompleteMultipartUploadResult><Key>${key}</Key><ETag>"${id}"</ETag></CompleteMultipartUploadResult>`);
  }

  /** A page of three keys at most, so that whoever lists has to go on. */
  #list(query: URLSearchParams): Response {
    const after = query.get("continuation-token") ?? query.get("start-after") ?? "";
    const all = this.keys().filter((key) => key.startsWith(query.get("prefix") ?? "") && key > after);
    const page = all.slice(0, 3);
    const contents = page.map((key) => `<Contents><Key>${key}</Key><Size>${statSync(this.#pathOf(key)).size}</Size><ETag>"x"</ETag></Contents>`).join("");
    const more = all.length > page.length;
    return new Response(
      `<?xml version="1.0"?><ListBucketResult><Name>${this.name}</Name><KeyCount>${page.length}</KeyCount><MaxKeys>3</MaxKeys><IsTruncated>${more}</IsTruncated>${more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : ""}${contents}</ListBucketResult>`,
      { headers: { "content-type": "application/xml" } },
    );
  }
}

const range = (file: Blob, header: string | null, head: boolean): Response => {
  const [, first = "", last = ""] = /^bytes=(\d+)-(\d*)$/.exec(header ?? "") ?? [];
  const etag = { etag: '"object"', "accept-ranges": "bytes" };
  if (first === "") return new Response(head ? null : file, { headers: { ...etag, "content-length": String(file.size) } });
  const end = last === "" ? file.size : Math.min(file.size, Number(last) + 1);
  if (Number(first) >= end) return failure(416, "InvalidRange");
  const part = file.slice(Number(first), end);
  return new Response(head ? null : part, { status: 206, headers: { ...etag, "content-length": String(part.size), "content-range": `bytes ${first}-${end - 1}/${file.size}` } });
};

/** Whether a request is signed by the bucket's secret: in its header, or as a presigned address in its query. */
const signed = (request: Request, url: URL): boolean => {
  const header = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(request.headers.get("authorization") ?? "");
  const query = new URLSearchParams(url.search);
  const [, credential = "", names = "", signature] = header ?? [
    "",
    query.get("X-Amz-Credential") ?? "",
    query.get("X-Amz-SignedHeaders") ?? "",
    query.get("X-Amz-Signature") ?? "",
  ];
  query.delete("X-Amz-Signature");
  const [key, day = "", region = "", service = ""] = credential.split("/");
  const at = request.headers.get("x-amz-date") ?? query.get("X-Amz-Date") ?? "";
  const payload = header ? (request.headers.get("x-amz-content-sha256") ?? "") : "UNSIGNED-PAYLOAD";
  const canonical = [
    request.method,
    url.pathname
      .split("/")
      .map((part) => escaped(decodeURIComponent(part)))
      .join("/"),
    [...query]
      .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
      .toSorted()
      .join("&"),
    ...names.split(";").map((name) => `${name}:${(request.headers.get(name) ?? "").trim().replace(/ +/g, " ")}`),
    "",
    names,
    payload,
  ].join("\n");
  const scope = [day, region, service, "aws4_request"];
  const secret = scope.reduce<Buffer | string>((under, part) => hmac(under, part), `AWS4${Bucket.SECRET}`);
  return key === Bucket.KEY && signature === hmac(secret, ["AWS4-HMAC-SHA256", at, scope.join("/"), sha256(canonical)].join("\n")).toString("hex");
};
