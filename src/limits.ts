/** Every ceiling in one place: name, unit, reason. What an operator may change is a setting in config.ts instead. */

const KiB = 1024;
const MiB = 1024 * KiB;
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Bytes of UTF-8: a long log fits, a page of messages still fits in memory; more belongs in a file. */
export const MESSAGE_CONTENT_BYTES = 256 * KiB;
/** Bytes of JSON: labels of a session, not a payload. */
export const MESSAGE_METADATA_BYTES = 16 * KiB;
/** Different emoji on one message: a row of them on a screen; more says nothing. */
export const REACTIONS_PER_MESSAGE = 30;
/** Pinned messages of a channel: what everyone should have at hand is a page, no archive. */
export const PINS_PER_CHANNEL = 50;
/** Seconds of one claim: a day at most, so that what an agent left behind is free again; it renews for longer work. */
export const CLAIM_SECONDS = { min: 1, max: 86_400 };
/** Options of a question: one is no choice, and more than a screen of buttons is none either. */
export const ASK_OPTIONS = { min: 2, max: 10 };
/** Characters of an option: it stands on a button. */
export const ASK_OPTION_CHARACTERS = 100;
/** Days a question may wait when it says until when: what is meant for longer waits for ever. */
export const ASK_DAYS = 366;
/** Characters of what is noted beside an answer: a paragraph; more belongs in a reply. */
export const ANSWER_NOTE_CHARACTERS = 2_000;
/** Milliseconds for which what was said to an agent counts as the cause of its posts there, when it names none: a loop slower than that costs little. */
export const CAUSE_MEMORY = hour;
/** The same for what posts through a webhook: an alert that asks something is no answer to what was said minutes ago, a loop through another system is back in seconds. */
export const WEBHOOK_CAUSE_MEMORY = 2 * minute;
/** Users in channels of whom it is remembered what was last said to them there, each about 50 bytes; the oldest leave first and are looked up anew. */
export const TOLD_ENTRIES = 50_000;
/** Messages of a channel looked back over for the last of a person, once after a start: a fraction of a millisecond. */
export const PERSON_LOOKBACK_ROWS = 2_000;
/** Levels of objects and lists within each other: nobody writes more by hand, and what reads JSON later (SQLite stops at 1,000) must get through. */
export const JSON_DEPTH = 100;
/** Bytes of a JSON request: the content above with every byte written as a six-byte escape, its metadata likewise, and room for the rest. */
export const REQUEST_BODY_BYTES = 6 * (MESSAGE_CONTENT_BYTES + MESSAGE_METADATA_BYTES) + 64 * KiB;

/** Characters of a channel's description or topic, a display name, a token's name: one line on a screen. */
export const LINE_CHARACTERS = 200;
/** People put into a new channel in one request: a company's department; more join or are added. */
export const MEMBERS_AT_ONCE = 500;
/** People in one conversation, whoever began it included: beyond that it wants a name, and is a private channel. */
export const CONVERSATION_MEMBERS = 8;
export const DESCRIPTION_CHARACTERS = 2_000;
/** Letters of a username: a mention stays readable. */
export const USERNAME_CHARACTERS = 40;
/** Characters; the upper end keeps one login from hashing a megabyte. */
export const PASSWORD_CHARACTERS = { min: 8, max: 1_024 };
/** Characters of what signed in, as it calls itself: enough to tell a browser and its system. */
export const USER_AGENT_CHARACTERS = 200;
/** Active API tokens of one user: one for each machine and session, and a leak stays countable. */
export const TOKENS_PER_USER = 1_000;
/** Characters of an Idempotency-Key: a UUID or a hash fits several times. */
export const IDEMPOTENCY_KEY_CHARACTERS = 255;
/** Milliseconds that a key is remembered. */
export const IDEMPOTENCY_LIFE = 24 * hour;

/** The packed message key is channel number · 2³² + seq and must stay a safe integer: 2²¹ channels, 2³² seqs. */
export const SEQ_MAX = 2 ** 32 - 1;
export const CHANNEL_NUMBER_MAX = 2 ** 21 - 1;

/** Unread messages are counted up to here, so that a channel list costs the same after a year away. */
export const UNREAD_COUNT_MAX = 1_000;
/** Seqs after a read mark from which the count is remembered: a shorter stretch is walked in microseconds. */
export const UNREAD_STRETCH = 500;
/** Counts remembered, each about 100 bytes; the oldest leave first and are counted anew. */
export const UNREAD_ENTRIES = 50_000;

/** What is read in one go while history streams, by rows and by their characters: a page takes a fraction of a millisecond, so that posts in between do not wait, and each reader holds one in memory. */
export const HISTORY_PAGE_ROWS = 200;
export const HISTORY_PAGE_CHARACTERS = 512 * KiB;
/** Seqs walked in one query of a filtered history: bounds the time of a page when few rows match. */
export const HISTORY_WINDOW_SEQS = 20_000;
/** Rows changed since a moment up to which the index on that moment is used; above it a walk of the channel is cheaper. */
export const SINCE_INDEX_ROWS = 5_000;

/** Events of one long poll's answer; `limit` asks for others. */
export const POLL_EVENTS = { default: 1_000, max: 10_000 };
/** Characters of one long poll's answer, but for its last event: whoever asks for many large ones gets them in parts. */
export const POLL_CHARACTERS = 4 * MiB;
/** Seconds a long poll may wait: under the minute after which proxies cut. */
export const POLL_WAIT_SECONDS = 55;
/** What a stream or socket that catches up is given in one go, by events and by characters: it holds that much of a reader's memory. */
export const CATCH_UP_EVENTS = 500;
export const CATCH_UP_CHARACTERS = 256 * KiB;
/** Milliseconds between comments on a quiet event stream, so that proxies keep it open. */
export const SSE_HEARTBEAT = 15 * second;
/** Entries of one inbox answer. */
export const INBOX_ITEMS = { default: 500, max: 5_000 };
/** Webhooks of one channel. */
export const WEBHOOKS_PER_CHANNEL = 50;
/** Characters of the address a webhook sends to: long ones carry tokens. */
export const WEBHOOK_URL_CHARACTERS = 2_000;
/** Posts a minute that one webhook takes, and that one address makes to all of them; 100 of them at once. */
export const WEBHOOK_POSTS_PER_MINUTE = 300;
/** Milliseconds for one try of a delivery, from the name's resolution to the answer's end. */
export const WEBHOOK_TIME = 10 * second;
/** Milliseconds before each further try of a delivery: 15 hours in all, a night's outage; then the webhook is paused. */
export const WEBHOOK_RETRIES = [second, 10 * second, minute, 5 * minute, 15 * minute, 45 * minute, 2 * hour, 4 * hour, 8 * hour] as const;
/** Bytes of a receiver's answer that are kept: an error's first lines. */
export const WEBHOOK_RESPONSE_BYTES = 1 * KiB;
/** Deliveries put in a webhook's queue at once; the rest waits on the number line, which holds it anyway. */
export const WEBHOOK_BATCH = 100;
/** Seqs that a webhook's cursor may run ahead of what is on disk while nothing for it comes: read again after a restart. */
export const WEBHOOK_CURSOR_LAG = 5_000;
/** Settled deliveries kept of each webhook. */
export const WEBHOOK_LOG = 200;
/** Webhooks that send at once: slow receivers hold up a few others at most. */
export const WEBHOOKS_SENDING = 8;
/** Entries of one answer of the audit log; `limit` asks for others. */
export const AUDIT_ENTRIES = { default: 200, max: 1_000 };
/** Tokens of a transcript: about 4 MiB of text at most. */
export const TRANSCRIPT_TOKENS_MAX = 1_000_000;
/** Characters of a message where catch-up only names it: enough to know it again. */
export const CATCHUP_EXCERPT_CHARACTERS = 80;
/** Entries of the inbox that a link of catch-up leads on to: about as many as it shows itself. */
export const CATCHUP_LINK_ITEMS = 20;
export const CATCHUP_TOKENS = { default: 4_000, min: 200, max: 200_000 };

/** Of what one call by MCP gives: a result stays in its reader's context from then on. */
export const MCP_TOKENS = { default: 4_000, min: 200, max: 100_000 };
/** Entries of a list in one answer by MCP (channels, people, files): a screenful that is still read; a cursor leads on. */
export const MCP_ENTRIES = 200;
/** Bytes of a file in one call by MCP, either way: it passes through a model's words or context. Larger ones go by curl. */
export const MCP_FILE_BYTES = MiB;
/** Lines of a console that one call by MCP looks through: more than its tokens hold. */
export const MCP_LINES = { default: 200, max: 5_000 };

/** Parts of the tokens of a prompt that one thing may take at most; what they leave is the conversation's. `message`: one message of it; `begun`: what an earlier turn with the question did; `project`: what the project holds in whose channel it stands. */
export const PROMPT_SHARES = { question: 0.35, documents: 0.25, thread: 0.2, message: 0.15, begun: 0.2, project: 0.2 };
/** Tokens of the question that a model sees however little room there is: about a page. */
export const QUESTION_TOKENS_MIN = 500;
/** Part of COLONY_LLM_CONTEXT_TOKENS that is left to the prompt however long an agent's own text is. */
export const PROMPT_PART_MIN = 0.5;
/** Characters of a channel's topic and description that a model is told: what the place is for. */
export const PLACE_CHARACTERS = 400;
/** Answers looked for behind a question, to what was asked before it while it waited: few wait in one channel. */
export const LATER_MESSAGES = 200;
/** Sections of the documents that are looked up for a question before the model is asked. */
export const SECTIONS_FOR_QUESTION = 6;
/** Calls of a model for one answer: nobody waits for more, and a model that goes in circles ends. */
export const MODEL_CALLS_PER_ANSWER = 8;
/** Calls of tools for one answer; each stands as a step in the answer's metadata. */
export const TOOL_CALLS_PER_ANSWER = 20;
/** As those two, in a project's channel: a fault is found, mended and tried there in some dozen steps. */
export const MODEL_CALLS_IN_PROJECT = 30;
export const TOOL_CALLS_IN_PROJECT = 60;
/** Times COLONY_LLM_CONTEXT_TOKENS that all results of tools may take there: files and what runs say are read again after each change. */
export const TOOL_ROOM_IN_PROJECT = 3;
/** Parts of one request that its leader hands to others: a plan's steps, and some again. */
export const PARTS_PER_REQUEST = 12;
/** Messages of one answer on what was said to and by agents in a project. */
export const CHAT_MESSAGES = { default: 100, max: 1_000 };
/** Seconds that a command of a tool may take: an answer waits for it. */
export const TOOL_RUN_SECONDS = { default: 120, max: 1_800 };
/** Milliseconds that a tool waits for a run, its turn behind others' included. */
export const TOOL_RUN_WAIT = 40 * minute;
/** Runs of a project that a model is told of before it asks: the last things that were tried. */
export const PROJECT_RUNS_SHOWN = 8;
/** Known errors that a model is told of beside a run or a project, and that it is given when it asks for them. */
export const PROJECT_FAULTS_SHOWN = 5;
export const TOOL_FAULTS = 20;
/** Bytes of a file that a tool writes into a project: more than a model says at once. */
export const TOOL_FILE_BYTES = MiB;
/** Steps of a plan, and characters of what it says: it is one message that is read at a glance, and its metadata hold all of it. */
export const PLAN_STEPS = 12;
export const PLAN_CHARACTERS = { goal: 300, step: 160, note: 120, task: 8_000 };
/** Part of COLONY_LLM_CONTEXT_TOKENS that one result of a tool may take; all of them together take as much as the setting says. */
export const TOOL_RESULT_PART = 0.25;
/** Bytes of a file that a model writes: far more than it can say in one answer. */
export const ARTIFACT_BYTES = MiB;
/** Files that a model attaches to one answer. */
export const ARTIFACTS_PER_ANSWER = 10;
/** Messages that a tool gives at once. */
export const TOOL_MESSAGES = { default: 30, max: 200 };
/** Hits of a model's search: it narrows rather than reads on. */
export const TOOL_HITS = { default: 8, max: 20 };

/** Milliseconds in which a socket must send its first frame. */
export const SOCKET_AUTH_TIME = 5 * second;
/** Bytes of one frame from a client: an auth frame with a long token fits. */
export const SOCKET_FRAME_BYTES = 16 * KiB;
/** Bytes waiting for one slow socket before it is closed with 4408: the largest event (1.6 MiB, all of it escaped) and what a catch-up leaves beside it. */
export const SOCKET_BUFFER_BYTES = 3 * MiB;
/** Bytes after which Bun drops the connection by itself: what a burst can add between two sweeps. */
export const SOCKET_BUFFER_HARD_BYTES = 16 * MiB;
/** Milliseconds between two looks at the sockets' buffers. */
export const SOCKET_SWEEP = 250;
/** Seconds of silence after which the server pings a socket; proxies cut at 60. */
export const SOCKET_IDLE_SECONDS = 50;
/** Client frames a minute on one socket; a person or agent sends a few. */
export const SOCKET_FRAMES_PER_MINUTE = 240;
/** Sockets that have not yet said who they are. */
export const SOCKETS_UNKNOWN = 10_000;
/** Of them, from one address: a fleet behind one address comes back at once, and still nobody keeps all others out. */
export const SOCKETS_UNKNOWN_PER_ADDRESS = 2_000;

/** Milliseconds that a connection counts as there after it ended: a reload, or an agent's time between two long polls, is no absence. */
export const PRESENCE_GRACE = 5 * second;
/** Milliseconds in which changes of presence are gathered before they are told. */
export const PRESENCE_TICK = 250;
/** Users of one tick who are told of one by one; more come as one list, so that a thousand who reconnect are a few frames and not a thousand on each of a thousand sockets. */
export const PRESENCE_SINGLES = 4;
/** Users told of in one tick: a list of some 50 KiB. The others follow in the next. */
export const PRESENCE_BATCH = 500;
/** Milliseconds after which somebody who does not say so again no longer types. */
export const TYPING_LIFE = 6 * second;
/** Milliseconds in which the same person's typing in the same channel is told once. */
export const TYPING_EVERY = 2 * second;
/** People typing at once, in all channels; the oldest leave first. */
export const TYPING_ENTRIES = 10_000;
/** What passes (typing, presence) and waits for one slow event stream; the oldest leave first. */
export const PASSING_WAITING = 100;

/** Letters of a code that links a Telegram account, 31 kinds: typed by hand, and 8 · 10¹¹ of them. */
export const TELEGRAM_CODE_LETTERS = 8;
/** Milliseconds that such a code is good for: long enough to change to the telephone. */
export const TELEGRAM_CODE_LIFE = 10 * minute;
/** Wrong codes a minute from one chat, and answers a minute to one that is not linked. */
export const TELEGRAM_STRANGER_TRIES = 5;
/** Seconds that a request for updates waits at Telegram for one to come. */
export const TELEGRAM_POLL_SECONDS = 50;
/** Milliseconds before Telegram is asked again after a failure, each time longer, the last from then on; and when it does not know the token. */
export const TELEGRAM_AGAIN = [second, 3 * second, 10 * second, 30 * second] as const;
export const TELEGRAM_TOKEN_AGAIN = 10 * minute;
/** Milliseconds after which a call that Telegram did not answer counts as failed: a file of 50 MB goes out at 4 Mbit/s. */
export const TELEGRAM_CALL_TIME = 2 * minute;
/** Milliseconds that what is on its way to Telegram has to arrive when the server stops: what was heard of is not done twice. */
export const TELEGRAM_DRAIN_TIME = 3 * second;
/** Milliseconds that the doctor waits for Telegram. */
export const TELEGRAM_DOCTOR_TIME = 5 * second;
/** Times that a call is tried again at once, a second apart; then whoever wanted it waits longer. */
export const TELEGRAM_TRIES = 2;
/** Updates that wait to be dealt with: of all chats, more stay at Telegram; of one chat, more are left out, and it is told so. */
export const TELEGRAM_UPDATES_WAITING = 500;
export const TELEGRAM_CHAT_WAITING = 50;
/** Calls that wait for their turn in one chat. */
export const TELEGRAM_CALLS_WAITING = 100;
/** How often Telegram lets a bot speak: milliseconds between two calls, and how many may come at once; in one chat, and in all. */
export const TELEGRAM_PACE = { chat: { every: second, burst: 8 }, all: { every: 40, burst: 20 } };
/** Chats that Telegram holds back at the same moment, from which on all are: then it means the bot. */
export const TELEGRAM_CHATS_HELD = 3;
/** Milliseconds between two edits of a message that grows. */
export const TELEGRAM_EDIT_EVERY = 1_500;
/** Characters of one message: Telegram takes 4,096, and some are ours. */
export const TELEGRAM_TEXT_CHARACTERS = 3_500;
/** Characters of what is told of a message that one was not looking for. */
export const TELEGRAM_NOTE_CHARACTERS = 1_000;
/** Characters of a name on a button, and of a line that names something. */
export const TELEGRAM_NAME_CHARACTERS = 60;
/** Characters of what is shown over the chat when a button was pressed: Telegram's bound. */
export const TELEGRAM_TOAST_CHARACTERS = 200;
/** Buttons of one page: what a telephone shows at once. */
export const TELEGRAM_BUTTONS = 8;
/** Bytes of what a button says back to the bot: Telegram's bound. */
export const TELEGRAM_BUTTON_BYTES = 64;
/** Bytes of a file that a bot may fetch, and may send: Telegram's bounds. */
export const TELEGRAM_FILE_BYTES = { in: 20_000_000, out: 50_000_000 };
/** Files of a folder that are listed by name in one message. */
export const TELEGRAM_FILES_LISTED = 60;
/** Messages that grow in one chat at once. */
export const TELEGRAM_WATCHES = 10;
/** What one is told of one by one after time away; of the rest how many there were. */
export const TELEGRAM_NOTES_AT_ONCE = 20;
/** What waits for one user that is looked at in one go. */
export const TELEGRAM_NOTES_READ = 200;
/** Milliseconds for which it is known which message of Telegram is which of Colony: replies to older ones are plain words. */
export const TELEGRAM_NOTE_LIFE = 30 * 24 * hour;

/** Failed sign-ins a minute for one name from one address. */
export const LOGIN_FAILURES_PER_MINUTE = 5;
/** Milliseconds that a signature is good for, either way: clocks differ, and a replay must find it remembered. */
export const SIGNATURE_LIFE = 5 * minute;
/** Tries a minute to make an account from one address: an office behind one address gets in, codes are not guessed. */
export const REGISTRATIONS_PER_MINUTE = 5;
/** Days that an invitation can be used: long enough for a holiday, and at most a year. */
export const INVITE_DAYS = { default: 7, max: 365 };
/** Requests a minute from one address that brings no valid credential, when rate limits are on. */
export const STRANGER_REQUESTS_PER_MINUTE = 120;
/** Requests that a full bucket holds at once. */
export const RATE_BURST = 100;
/** Entries of each in-memory map that strangers can fill; the oldest leave first. */
export const THROTTLE_ENTRIES = 50_000;
/** Verified credentials held in memory; the oldest leave first and are verified again when seen. */
export const CREDENTIAL_ENTRIES = 20_000;
/** Passwords hashed at once: each takes 19 MiB and a core for 20 ms. */
export const HASHES_AT_ONCE = 2;
/** Passwords waiting to be hashed before callers are told to come back. */
export const HASHES_WAITING = 500;

/** Milliseconds between writes of `last_used_at`: a time for people, not worth a disk write a request. */
export const LAST_USED_FLUSH = 30 * second;
/** Milliseconds between looks for changes by another process (the operator's commands). */
export const OUTSIDE_CHANGE_POLL = 250;
/** Milliseconds between rounds of housekeeping (expired keys and sessions, old feed rows). */
export const HOUSEKEEPING = 10 * minute;
/** Rows removed in one round's transaction, so that a post never waits long behind it. */
export const HOUSEKEEPING_ROWS = 5_000;
/** Milliseconds for open requests to end after SIGTERM; the promise is 10 s. */
export const DRAIN_TIME = 8 * second;
/** Writes waiting for the writer before callers are told that the server is overloaded. */
export const WRITES_WAITING = 50_000;

/** Bytes that an upload by form may have beside its file: the form's own lines. */
export const UPLOAD_FORM_BYTES = 16 * KiB;
/** Characters of a file's name: what file systems take, and a line on a screen. */
export const FILE_NAME_CHARACTERS = 200;
/** Characters of a name's end that are kept as its extension when the name is shortened. */
export const FILE_EXTENSION_CHARACTERS = 20;
/** First bytes of a file that tell what it is; pictures have their measures there too, behind what cameras write before. */
export const FILE_HEAD_BYTES = 256 * KiB;
/** Pixels of a thumbnail's longer side: twice what a timeline shows, for sharp screens. */
export const THUMBNAIL_SIDE = 640;
/** Pixels of a picture that is made small: each takes four bytes of memory meanwhile, and few cameras have more. */
export const THUMBNAIL_PIXELS = 40_000_000;
/** Bytes of a picture that is made small: it is held in memory meanwhile. */
export const THUMBNAIL_SOURCE_BYTES = 32 * MiB;
/** Pictures made small at once: each takes a core and up to 200 MiB. */
export const THUMBNAILS_AT_ONCE = 1;
/** Pictures waiting to be made small before callers are told to come back. */
export const THUMBNAILS_WAITING = 200;
/** Bytes of one part of an upload to a bucket, held in memory several times over on its way: the least that stores take. */
export const S3_PART_BYTES = 5 * MiB;
/** Parts that an upload to a bucket is cut into at most: stores take 10,000. */
export const S3_PARTS = 9_000;
/** Files on one message: more is a folder, and belongs in an archive. */
export const ATTACHMENTS_PER_MESSAGE = 20;
/** Milliseconds that a file is kept which no message carries. */
export const UNUSED_FILE_LIFE = 24 * hour;
/** Milliseconds between two walks through all stored bytes for such as no file has. */
export const BLOB_SWEEP = 24 * hour;
/** Characters of a search: a pasted line of a log fits. */
export const SEARCH_CHARACTERS = 1_000;
/** Words, phrases and operators of a search: each is a walk through the index. */
export const SEARCH_ITEMS = 32;
/** Hits of one answer, each with its message. */
export const SEARCH_HITS = { default: 20, max: 100 };
/** Hits that may be passed over: beyond, a reader narrows by `before:` instead of walking there again and again. */
export const SEARCH_OFFSET_MAX = 10_000;
/** The newest matches, by count and by their characters, that are put in order by relevance: each is read whole, so a word that a million messages hold costs the same as one that a thousand do. */
export const SEARCH_RANKED = 1_000;
export const SEARCH_RANKED_CHARACTERS = 2 * MiB;
/** Messages with a word that are looked at to judge how common it is: enough to tell one in ten from one in a thousand. */
export const SEARCH_SHARE_SAMPLE = 200;
/** Letters that a prefix needs: all words that begin with one letter are a tenth of everything said. */
export const SEARCH_PREFIX_LETTERS = 2;
/** Characters of a word that are told apart: hashes are shorter; a longer run of letters is data. */
export const SEARCH_TERM_CHARACTERS = 64;
/** Characters of a snippet, marks not counted: two lines of a list. */
export const SEARCH_SNIPPET_CHARACTERS = 220;
/** Milliseconds that a search holds the thread before it lets others have a turn. */
export const SEARCH_SLICE = 4;
/** Seqs of one volume of the index. A prefix is looked up in whole volumes: this bounds how long one takes (some ms for a common one), and an old volume is never written again. */
export const SEARCH_VOLUME_SEQS = 2 ** 18;
/** Seqs whose times are kept as one stretch for `before:` and `after:`. */
export const SEARCH_BLOCK_SEQS = 2 ** 12;
/** Channels up to which a search asks the index for just those; with more it passes over what stands elsewhere. */
export const SEARCH_CHANNEL_TERMS = 64;
/** What is put into the index in one transaction, by messages and by characters: 2 ms, so that a post never waits long behind it. */
export const SEARCH_BATCH_SEQS = 100;
export const SEARCH_BATCH_CHARACTERS = 64 * KiB;
/** Pages of 4 KiB that are merged in one transaction: 2 ms. A batch leaves four, each of which is merged six times until its volume is full. */
export const SEARCH_MERGE_PAGES = 32;
/** Seqs behind the head that a search reads through without the index, and how far the index lets itself fall behind while posts rush in. */
export const SEARCH_TAIL_SEQS = 50_000;
/** Seqs of those read in one go: some ms, and in memory at once. */
export const SEARCH_TAIL_PAGE_SEQS = 500;
/** Milliseconds between looks for what is not in the index yet: at some hundred posts a second a look finds half a batch. */
export const SEARCH_PAUSE = 100;
/** Milliseconds after which the index tries again when it could not be written. */
export const SEARCH_RETRY = 10 * second;
/** Posts a second from which the index waits for a quieter moment. */
export const SEARCH_BUSY_POSTS = 500;
/** How long the index rests after a batch, in lengths of that batch: it takes half of the quiet time and a tenth of the busy. */
export const SEARCH_REST = { quiet: 1, busy: 9 };
/** Bytes of the file of prices: thousands of models. */
export const PRICES_FILE_BYTES = 1 * MiB;
/** Milliseconds until a model must have sent something: a server of one's own loads a model into memory first. */
export const MODEL_FIRST_BYTE = 90 * second;
/** Milliseconds between two pieces of an answer, a provider's signs of life counted: some models think long in silence. */
export const MODEL_SILENCE = 90 * second;
/** Milliseconds of one call of a model: the longest answers take some minutes. */
export const MODEL_CALL = 10 * minute;
/** Bytes of one call's answer, each word of it in some hundred bytes of protocol: what goes on beyond that has lost its mind. */
export const MODEL_ANSWER_BYTES = 32 * MiB;
/** Times that a model is called before an answer is given up, the first one included; one less where another model stands by. */
export const MODEL_TRIES = 3;
/** Milliseconds before a model is called again, doubled each time: a provider's hiccup is over by then. */
export const MODEL_BACKOFF = 500;
/** Milliseconds that a provider may ask to wait (Retry-After) and is waited for: whoever asked waits too. */
export const MODEL_RETRY_AFTER = 20 * second;
/** Calls of tools in one step of a model; it is told of more, and they are not made. */
export const MODEL_TOOL_CALLS = 16;
/** Characters of a provider's words that are kept with a call that failed: the sentence, not the page. */
export const MODEL_ERROR_CHARACTERS = 500;
/** Milliseconds in which a provider of models must answer the doctor, and bytes of its list of models. */
export const PROBE_TIME = 3 * second;
export const PROBE_BYTES = 4 * MiB;
/** Bytes of an agent's file: some pages of instructions, all of which go into every call of its model. */
export const AGENT_FILE_BYTES = 64 * KiB;
/** Lines of an agent's file before its text: there are eight fields. */
export const AGENT_FRONT_LINES = 100;
/** Agents' files that are read: more agents than a company can tell apart. */
export const AGENT_FILES = 100;
/** Tokens of one call's output that an agent's file may ask for: a sentence to what the largest models give. */
export const AGENT_ANSWER_TOKENS = { default: 8_192, min: 64, max: 128_000 };
/** Milliseconds for which agents' files must be still before they are read: editors write a file in several steps. */
export const AGENT_FILES_SETTLE = 200;
/** Milliseconds between looks at agents' files where the system tells nothing of changes, or not of all. */
export const AGENT_FILES_LOOK = 3 * second;

/** Documents of the company's folder: a large wiki; each costs a look at the disk in every round. */
export const KNOWLEDGE_FILES = 20_000;
/** Folders within each other that are looked into. */
export const KNOWLEDGE_DEPTH = 20;
/** Bytes of a markdown or text file: a book of 3,000 pages; it is in memory while it is read. */
export const KNOWLEDGE_TEXT_BYTES = 8 * MiB;
/** Tokens of a piece that is found and given to a model: a page of a book, so that ten of them fit a small model too. */
export const KNOWLEDGE_PIECE_TOKENS = 700;
/** Pieces of one file: what the largest text file has of full ones; more is a machine's output. */
export const KNOWLEDGE_PIECES = 10_000;
/** Characters of one heading: a line of a list; what is longer is a paragraph that begins with a #. */
export const KNOWLEDGE_HEADING_CHARACTERS = 200;
/** Characters of a file's path. */
export const KNOWLEDGE_PATH_CHARACTERS = 1_000;
/** Lines of front matter, in which a file says its title. */
export const KNOWLEDGE_FRONT_LINES = 200;
/** Sections of one document that are listed: a book of a thousand chapters; what follows is found by a question. */
export const KNOWLEDGE_CONTENTS = 1_000;
/** Tokens of a section that is read whole; its end is cut beyond, and says so. */
export const KNOWLEDGE_READ_TOKENS = 32_000;
/** Different words of a question that are looked up: each is a walk through the index; a long message says the rest again. */
export const KNOWLEDGE_WORDS = 32;
/** Hits of one answer. */
export const KNOWLEDGE_HITS = { default: 10, max: 50 };
/** Characters of a question asked over HTTP: a paragraph. */
export const KNOWLEDGE_QUESTION_CHARACTERS = 4_000;
/** Letters that the beginning of a word needs to find longer ones. */
export const KNOWLEDGE_STEM_LETTERS = 4;
/** What a match weighs by where it stands: in the file's path and the headings above, in the section's own heading, in its text. */
export const KNOWLEDGE_WEIGHTS = { place: 1.5, heading: 5, words: 1 };
/** Sections that are weighed for one question, each two microseconds: a larger folder is searched by its rarer words. */
export const KNOWLEDGE_MATCHES = 15_000;
/** Matches by which it is judged how many there are. */
export const KNOWLEDGE_SAMPLE = 200;
/** Characters put into the index in one transaction: 2 ms, so that a post never waits long behind it. */
export const KNOWLEDGE_BATCH_CHARACTERS = 32 * KiB;
/** Pages of 4 KiB that are merged after each batch. */
export const KNOWLEDGE_MERGE_PAGES = 32;
/** Rows of files that are read in one go. */
export const KNOWLEDGE_PAGE_ROWS = 500;
/** Pieces removed in one transaction. */
export const KNOWLEDGE_REMOVED_ROWS = 200;
/** Milliseconds that a file must have been left alone before it is read: it may be in the middle of being written. */
export const KNOWLEDGE_REST = 500;
/** Milliseconds between rounds through the folder when nothing is heard of a change: some disks do not tell. */
export const KNOWLEDGE_ROUND = 30 * second;
/** Milliseconds that a change waits for others, so that a copied folder is one round. */
export const KNOWLEDGE_PAUSE = 200;
/** Milliseconds between looks for a folder that is not there; what it held is forgotten at the second. */
export const KNOWLEDGE_MISSING = 2 * second;
/** Milliseconds for which a round reads on though something else changed. */
export const KNOWLEDGE_ROUND_WORK = 2 * second;
/** How long the index rests after looking through the folder, in lengths of that look: at most a tenth of the time goes to looking. */
export const KNOWLEDGE_ROUND_REST = 9;
/** Bytes of a PDF. */
export const KNOWLEDGE_PDF_BYTES = 64 * MiB;
/** Pages of a PDF that are read. */
export const KNOWLEDGE_PDF_PAGES = 2_000;
/** Bytes that the process which reads a PDF may say of it: as much text as of any other file. */
export const KNOWLEDGE_PDF_TEXT_BYTES = KNOWLEDGE_TEXT_BYTES;
/** Milliseconds and bytes of memory that this process may take: what a broken or hostile file makes it do must not be felt elsewhere. */
export const KNOWLEDGE_PDF_TIME = minute;
export const KNOWLEDGE_PDF_MEMORY = 512 * MiB;
/** Milliseconds between looks at how much memory it takes. */
export const KNOWLEDGE_PDF_LOOK = 100;
/** Channels in which resident agents answer at once: each holds an answer in memory and a connection to a model; the rest wait as rows. */
export const RESIDENTS_ANSWERING = 16;
/** Questions of one asker that may wait for resident agents: more is a loop of a program, and others wait behind it. */
export const QUESTIONS_WAITING = 200;
/** Questions that resident agents put to each other for one question of somebody else, for each hop that COLONY_MAX_HOPS allows: a few are consulted at each, and a storm is not. */
export const CALLS_PER_HOP = 4;
/** Times that a question is begun: one that ends the server each time must not do so for ever. */
export const JOB_ATTEMPTS = 3;
/** Seconds that whoever asks an agent without a model waits for it to say so, though they asked for no wait: it takes milliseconds unless the server is very busy. */
export const NO_MODEL_WAIT = 5;
/** Milliseconds between two edits of an answer that grows: with the last one, which does not wait, never more than four a second. */
export const GROWTH_INTERVAL = 334;
/** Characters a second that a growing answer sends to each of its readers: a long one grows in longer steps, since each edit carries all of it. */
export const GROWTH_CHARACTERS_PER_SECOND = 128 * KiB;
/** Characters of what a step was asked and of what came of it: a line. */
export const STEP_CHARACTERS = 300;
/** Milliseconds in which a stopped answer may still say what it cost. */
export const STOP_GRACE = second;
/** Milliseconds after which the end of an answer is written again when storage failed. */
export const JOB_RETRY = 5 * second;
/** Questions that one agent's status shows; how many wait is told besides. */
export const WORK_SHOWN = 100;
/** Days of one answer on usage: what a plot shows when nothing else is asked for, and a leap year. */
export const USAGE_DAYS = { default: 30, max: 366 };
/** Milliseconds that summing up usage holds the thread before it lets others have a turn: a post takes several turns. */
export const USAGE_SLICE = 1;

/** Projects of a server: each is a channel and a folder; more is another server's work. */
export const PROJECTS = 10_000;
/** Of one run, unless its project has others. Memory and disk in MiB, time in seconds; `files`: files and folders in the workspace. */
export const RUN_LIMITS = { memory_mib: 1024, processes: 256, cpus: 1, disk_mib: 2048, files: 100_000, seconds: 600, network: false };
/** What those who tend a project may set them to: a sandbox stays smaller than the machine it shares. */
export const RUN_LIMITS_RANGE = {
  memory_mib: { min: 32, max: 16_384 },
  processes: { min: 8, max: 4_096 },
  cpus: { min: 0.1, max: 16 },
  disk_mib: { min: 16, max: 102_400 },
  files: { min: 100, max: 1_000_000 },
  seconds: { min: 1, max: 86_400 },
};
/** Milliseconds after which drivers of sandboxes are tried again when none worked: an operator who mends it need not restart. */
export const SANDBOX_PROBE_AGAIN = 30 * second;
/** Milliseconds in which the trial of a driver must end. */
export const SANDBOX_PROBE_TIME = 10 * second;
/** Bytes of shared memory (/dev/shm) of one run: browsers and databases want some; it counts as memory of the run. */
export const SANDBOX_SHM_BYTES = 64 * MiB;
/** Files that one process of a run may have open: enough for bundlers, and no more than a machine bears from some runs. */
export const SANDBOX_OPEN_FILES = 16_384;
/** Milliseconds between looks at what is left of a run that was ended. */
export const SANDBOX_LOOK = 1;
/** Milliseconds between looks at what a run takes, where no control group holds it. */
export const SANDBOX_WATCH = 100;
/** Milliseconds in which a place's network must be up. */
export const SANDBOX_NETWORK_TIME = 10 * second;
/** Milliseconds in which a container engine must say what it is. */
export const ENGINE_ANSWER = 5 * second;
/** Milliseconds in which a container must be gone that was ended: an engine on a busy disk takes some. */
export const ENGINE_ENDS = 20 * second;
/** Milliseconds in which an image must have been fetched: a gigabyte over a slow line. */
export const IMAGE_PULL = 15 * minute;
/** Processes and bytes of the container that holds a place's network: a shell that sleeps. */
export const HOLDER_PROCESSES = 8;
export const HOLDER_MEMORY = 32 * MiB;
/** Characters of a command: a script of a page; longer ones are files. */
export const COMMAND_CHARACTERS = 16_384;
/** Runs of one project that may wait: beyond, whoever asks should see that nothing moves. */
export const RUNS_WAITING = 100;
/** Background runs of one project at once: a server, its database, a watcher, and one more. */
export const RUNS_IN_BACKGROUND = 4;
/** Foreground runs of all projects at once, the rest wait as rows: each may take a core and a GiB, and the server shares the machine with them. */
export const RUNS_AT_ONCE = 16;
/** Background runs of all projects at once: they mostly wait for something. */
export const BACKGROUND_AT_ONCE = 32;
/** Seconds after which it is worth asking again where as many runs wait as may. */
export const RUNS_RETRY_SECONDS = 5;
/** Milliseconds between SIGTERM and SIGKILL for a run that is stopped or takes too long, so that it can put its things away; and when the server ends, which must be within DRAIN_TIME. */
export const RUN_GRACE = 3 * second;
export const RUN_GRACE_AT_END = 2 * second;
/** Milliseconds after SIGKILL in which a run must be gone; else its whole sandbox is closed. */
export const RUN_LAST = 10 * second;
/** Milliseconds between looks at how much disk a project takes while something runs in it; where a look takes long, the pause is that many looks long. */
export const RUN_LOOK = 500;
export const RUN_LOOK_PAUSE = 4;
/** Milliseconds between looks for files that a run changed, while it runs. */
export const RUN_SCAN = 3 * second;
/** Milliseconds that one timer can wait; a sandbox that may idle longer is looked at in between. */
export const SANDBOX_TIMER_MAX = 24 * 24 * 60 * minute;
/** Milliseconds after which the end of a run is written again when storage failed. */
export const RUN_RETRY = 5 * second;
/** Lines and characters of output that the message of a run's end shows: what fits on a screen. */
export const RUN_TOLD_LINES = 20;
export const RUN_TOLD_CHARACTERS = 4 * KiB;
/** Characters of a command in the line that tells of its end, in its message's metadata, and in the audit. */
export const RUN_NAME_CHARACTERS = 80;
export const RUN_COMMAND_TOLD = 2_000;
export const RUN_COMMAND_AUDITED = 200;
/** Runs of one answer of a list. */
export const RUNS_LISTED = { default: 50, max: 500 };
/** Lines and bytes of one answer of a container's logs. */
export const LOG_LINES = { default: 200, max: 10_000 };
export const LOG_BYTES = 4 * MiB;
/** Files and bytes that one build keeps: what a message can show, and what a release weighs. */
export const BUILD_FILES = 50;
export const BUILD_BYTES = 512 * MiB;
/** Files that the globs of a build may match before the rest is not looked at. */
export const BUILD_MATCHES = 10_000;
/** Glob patterns of a build's artifacts, and characters of each. */
export const ARTIFACT_PATTERNS = 20;
export const ARTIFACT_PATTERN_CHARACTERS = 200;
/** Bytes of a run's output that its wire form holds: what fits on some screens; the console has the rest. */
export const RUN_OUTPUT_BYTES = 64 * KiB;
/** Bytes and lines of one run that the console keeps, half of them its beginning and half its end: what stood between is counted in a line of its own. */
export const CONSOLE_RUN_BYTES = 8 * MiB;
export const CONSOLE_RUN_LINES = 50_000;
/** Bytes and lines of a project's console; the oldest runs' lines go first. */
export const CONSOLE_PROJECT_BYTES = 64 * MiB;
export const CONSOLE_PROJECT_LINES = 400_000;
/** Bytes of one line of the console; a longer one is cut into several. */
export const CONSOLE_LINE_BYTES = 16 * KiB;
/** Milliseconds between two writings of what runs said, and rows and bytes of each: some thousand lines a second reach the disk, and a post waits at most for one such transaction, 1 to 2 ms. */
export const CONSOLE_WRITE_EVERY = 25;
export const CONSOLE_WRITE_ROWS = 250;
export const CONSOLE_WRITE_BYTES = 128 * KiB;
/** The same while a run that ended has more to write: whoever waits for its end waits for that. */
export const CONSOLE_WRITE_LAST = 5;
/** Times that a writing is tried before its lines are given up: without storage a run must end all the same. */
export const CONSOLE_WRITE_TRIES = 3;
/** Bytes and pieces of a run's output that wait to be made lines while its beginning is kept: then the program waits. */
export const CONSOLE_WAITING_BYTES = 256 * KiB;
export const CONSOLE_WAITING_PIECES = 1_000;
/** Bytes of output heard of one run at a time once its beginning is kept, and milliseconds until more is, longer after more: 8 MiB a second of each stream, so that a flood takes a few percent of a core and holds up posts a little at a time. */
export const CONSOLE_FLOOD_BYTES = 64 * KiB;
export const CONSOLE_FLOOD_EVERY = 8;
/** Milliseconds after which the unfinished last line is shown, and again after it changed: a question that waits for its answer, a bar of progress. */
export const CONSOLE_UNFINISHED = 500;
/** Milliseconds between two tellings of a project's console to who listens, and lines and characters of each: all readers of the project's channel get them; what is beyond is counted, and read from the history or the console's own socket. */
export const CONSOLE_TELL_EVERY = 100;
/** Milliseconds until the next telling after one that could not show all: of a flood everybody gets a glance a second. */
export const CONSOLE_TELL_FLOODED = second;
export const CONSOLE_TELL_LINES = 50;
export const CONSOLE_TELL_CHARACTERS = 16 * KiB;
/** Rows removed of a console in one transaction. */
export const CONSOLE_REMOVED_ROWS = 2_000;

/** Files of one form: a folder of some pages of names; more is sent in several. */
export const UPLOAD_PARTS = 200;
/** Bytes of a file's path in a workspace, and folders within each other there. What lies deeper is not looked into, and counts as more files than a project may have. */
export const WORKSPACE_PATH_BYTES = 1_024;
export const WORKSPACE_DEPTH = 64;
/** Bytes of one name, as file systems have it. */
export const WORKSPACE_NAME_BYTES = 255;
/** Bytes of a file of which versions are kept: a large one changes as a whole each time, and is a result or a database rather than somebody's work. */
export const VERSIONED_FILE_BYTES = 64 * MiB;
/** Bytes of a file that its JSON form holds: some ten thousand lines; a larger one is downloaded. */
export const FILE_CONTENT_BYTES = MiB;
/** Files of one change, and of those how many its event names. A look that finds more makes several changes: each is one short transaction. */
export const CHANGE_FILES = 200;
export const CHANGE_FILES_TOLD = 100;
/** Files whose bytes a look takes in at once: the disk syncs several as fast as one. */
export const LOOK_FILES_AT_ONCE = 32;
/** Milliseconds for which a look at a workspace counts as one of now. */
export const LOOK_LIFE = 2 * second;
/** Milliseconds since a file's last change within which another one may have left the same time on it: it is compared by its bytes. */
export const LOOK_DOUBT = 50;
/** Milliseconds for which a project's usage is taken to be as it was counted, and how long counting rests, in lengths of the last count: at most a tenth of the time goes to it. */
export const USAGE_LIFE = 400;
export const USAGE_REST = 9;
/** Times a project's limits up to which what lies in it is counted: so far one can see whether what is over them grows. */
export const USAGE_COUNTED = 10;
/** Rows of a console that are read in one go: some milliseconds at most, and each reader holds one such page. */
export const CONSOLE_PAGE_ROWS = 500;
/** Characters of a text that is looked for in a console. */
export const CONSOLE_SEARCH_CHARACTERS = 200;
/** Secrets of one project, and bytes of one's value: all of them together fit into the 2 MiB that Linux gives the environment of a program. */
export const PROJECT_SECRETS = 50;
export const SECRET_BYTES = 32 * KiB;
/** Schedules of one project, and of a cron expression its characters: five fields with long lists. */
export const PROJECT_SCHEDULES = 50;
export const CRON_CHARACTERS = 200;
/** Times that a look at a cron expression shows. */
export const SCHEDULE_NEXT_TIMES = 5;
/** Milliseconds after which the clock is looked at again, however far the next due time is: it may have been set. */
export const SCHEDULE_LOOK = minute;
/** Schedules that are begun in one transaction: each is a row, two events and perhaps a message. */
export const SCHEDULES_AT_ONCE = 50;
/** Runs of one answer of a schedule's list. */
export const SCHEDULE_RUNS_LISTED = { default: 50, max: 500 };
/** Versions of one file that are kept, the newest ones; and of a project those that newer ones took the place of, with their bytes. The oldest go first, the newest of a file never. */
export const VERSIONS_PER_FILE = 100;
export const VERSIONS_REPLACED = { count: 200_000, bytes: 1024 * MiB };
/** What is written of versions before a project's are gone through again: programs write faster than housekeeping comes. */
export const VERSIONS_UNCHECKED = { count: 20_000, bytes: 256 * MiB };
/** Known errors that are noted of one run, and times that the same is: more of them say nothing new. */
export const CONSOLE_FAULTS_PER_RUN = 100;
export const CONSOLE_FAULT_TIMES = 10;
/** Files of a run's errors whose place in the workspace is looked for by the end of their path. */
export const CONSOLE_FILES_SOUGHT = 10;
/** Lines and characters of an error that its excerpt holds. */
export const CONSOLE_EXCERPT_LINES = 80;
export const CONSOLE_EXCERPT_CHARACTERS = 8 * KiB;
/** Characters at the beginning of a line that are held against the patterns of known errors, and of an error's message. */
export const CONSOLE_LOOKED_AT_CHARACTERS = 1_000;
export const CONSOLE_FAULT_CHARACTERS = 500;
/** Known errors that are listed unless more are asked for, and at most. */
export const CONSOLE_FAULT_GROUPS = 200;
export const CONSOLE_FAULT_GROUPS_MAX = 1_000;
/** Files that are handed over with an error, and lines of each, around where it points. */
export const CONSOLE_HANDED_FILES = 4;
export const CONSOLE_HANDED_LINES = 80;

/** Milliseconds that the command line waits for an answer beyond what it asked the server to wait: a slow link, no dead one. */
export const CLIENT_ANSWER_TIME = 60 * second;
/** Milliseconds before each further try of a request whose connection broke: a server's restart fits. */
export const CLIENT_RETRIES = [100, 300, second, 2 * second, 3 * second] as const;
/** Milliseconds between tries to follow a server again that went away: at first, and at most. */
export const CLIENT_FOLLOW_AGAIN = { first: 250, most: 10 * second };
/** Messages that the command line reads unless more are asked for, a few screens, and with which it begins to follow a channel. */
export const CLIENT_READ_MESSAGES = 50;
export const CLIENT_TAIL_MESSAGES = 10;
/** Tokens of a transcript that it gives to a pipe unless others are asked for: what a model reads in one go without a thought for its cost. */
export const CLIENT_READ_TOKENS = 16_000;
/** Messages whose ids are remembered while a channel is followed, so that replies and deletions name them by seq: an hour of the busiest channel. */
export const CLIENT_TAIL_REMEMBERED = 10_000;
/** Milliseconds for which a sign-in waits while others change what is kept: each takes a few. */
export const CLIENT_KEPT_WAIT = 10 * second;
/** Bytes of a token or password on standard input: more is no secret but a file. */
export const CLIENT_SECRET_BYTES = 64 * KiB;
/** Milliseconds of silence after which a live stream counts as broken: three of the server's signs of life missed. */
export const CLIENT_FOLLOW_SILENCE = 3 * SSE_HEARTBEAT;

/** Bytes of the skill as one archive: a few pages for a model to read; what is larger is something else. */
export const SKILL_BYTES = MiB;
/** Seconds after which a hook of an agent's session gives up: the agent waits for it, and works on without it. */
export const HOOK_SECONDS = 3;
/** Bytes that a hook is told: the question of a tool fits; a transcript is never in it. */
export const HOOK_INPUT_BYTES = MiB;
/** Characters of what a session asks, as it is posted: a screen of words. */
export const HOOK_WORDS = 4_000;
/** Milliseconds for which `colony mcp` tries on to have a call answered while the server is away (a restart fits, and clients wait a minute), and between its tries: at first, and at most. */
export const CLIENT_MCP_LOST = 30 * second;
export const CLIENT_MCP_AGAIN = { first: 100, most: 2 * second };
/** Calls that `colony mcp` has under way at once: agents call several tools beside each other, not hundreds. */
export const CLIENT_MCP_CALLS = 64;
/** Bytes of one message to `colony mcp`: what the server takes in a request, at most. */
export const CLIENT_MCP_MESSAGE_BYTES = 4 * MiB;
/** Milliseconds that `colony mcp` goes on after its client has closed its input, for what is under way to be answered. */
export const CLIENT_MCP_FAREWELL = 5 * second;
/** Seconds that the command line lets the server hold a poll for what a run writes: proxies end what is silent for a minute. */
export const CLIENT_POLL_SECONDS = 25;
/** Milliseconds for which the command line tries on to follow a run while the server is away: an upgrade fits, and a script does not hang for good. */
export const CLIENT_RUN_LOST = 10 * minute;
/** Files of one export that is imported: ten years of ten thousand channels fit many times. */
export const IMPORT_ENTRIES = 2_000_000;
/** Bytes of one day of one channel, or of a list of people: it is held in memory as a whole. */
export const IMPORT_JSON_BYTES = 256 * MiB;
/** Users that are imported in one transaction: each is a millisecond of rows, events and audit, for which the running server's posts wait. */
export const IMPORT_PEOPLE = 5;
/** Messages, and characters of them, that are imported in one transaction, some milliseconds too. */
export const IMPORT_ROWS = 100;
export const IMPORT_CHARACTERS = 256 * KiB;
/** How long an import rests after each transaction while a server runs, in lengths of it: SQLite waits in steps, and whoever finds the database held too often waits long. */
export const IMPORT_REST = 3;
/** Transactions of an import after which what it wrote is moved into the database: well before a commit has to do it, which posts would wait for. */
export const IMPORT_SETTLE = 4;
/** Milliseconds between looks whether a server runs beside an import. */
export const IMPORT_SERVER_LOOK = 10 * second;
/** Times that a transaction of an import is tried, where the server held the database for BUSY_TIMEOUT each time. */
export const IMPORT_TRIES = 5;
/** Things that could not be taken which the end of an import names; the others are counted. */
export const IMPORT_PROBLEMS = 50;
/** Milliseconds in which one file of an import must have been fetched: 100 MiB over a slow line. */
export const IMPORT_FETCH_TIME = 5 * minute;
/** Milliseconds that a press of Tab waits for a server's names, and for which they are good: somebody types on. */
export const CLIENT_NAMES_TIME = 400;
export const CLIENT_NAMES_LIFE = minute;
