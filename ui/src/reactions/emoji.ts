/** A sign and the words it is found by; the first is its name. */
export type Emoji = { sign: string; words: readonly string[] };

/** What a team says with a picture, by what it is for: a short list that one finds one's way in, not all that there are. The reader's own input knows the rest. */
const lists: readonly [group: string, list: string][] = [
  [
    "Answers",
    `👍 thumbs up,yes,agree,+1|👎 thumbs down,no,disagree,-1|✅ check,done,yes|❌ cross,no,wrong|👀 eyes,looking,seen|🙏 thanks,please,pray|👏 clap,well done|🙌 hooray,raised hands
👌 ok,fine|🤝 handshake,deal,agreed|💯 hundred,exactly,full|➕ plus,me too|❓ question,unclear|❗ important,attention|⏳ hourglass,wait,in progress|🛑 stop,halt`,
  ],
  [
    "Faces",
    `🙂 smile,friendly|😄 laugh,happy,grin|😂 tears of joy,funny,lol|🤣 rolling,funny,lol|😉 wink|😍 heart eyes,love it|😎 cool,sunglasses|🤔 thinking,hmm
🤨 raised eyebrow,doubt|😅 sweat,phew|😬 grimace,awkward|😮 surprised,wow|🤯 mind blown,exploding|😢 sad,cry|😭 crying,sob|😡 angry,mad
😴 sleep,tired|🥳 party,celebrate|🫡 salute,yes sir|🤷 shrug,no idea|🤦 facepalm|😱 scream,shock|🥲 bittersweet|🫠 melting`,
  ],
  [
    "Work",
    `🚀 rocket,ship it,launch|🎉 tada,party,congratulations|🔥 fire,hot,burning|🐛 bug|🔧 wrench,fix|🔨 hammer,build|🧪 test,experiment|🔬 microscope,research
📈 chart up,better,growth|📉 chart down,worse|📌 pin,remember|📎 paperclip,attached|📝 note,write|📦 package,release|🔒 lock,private,security|🔑 key,secret
💡 idea,light|⚡ fast,lightning|🐢 turtle,slow|🚧 construction,in work|🚨 alarm,alert,urgent|🧹 broom,clean up|♻️ recycle,again,refactor|💾 save,disk
🤖 robot,agent|🧠 brain,smart|👷 worker,building|🕵️ detective,investigate|☕ coffee,break|🍕 pizza,food|🍰 cake|🍺 beer,after work`,
  ],
  [
    "Hearts and signs",
    `❤️ heart,love|💛 yellow heart|💚 green heart|💙 blue heart|💜 purple heart|💔 broken heart|✨ sparkles,new,shiny|⭐ star,favourite
🏆 trophy,win|🥇 first,gold|🎯 bullseye,exactly|🍀 luck,clover|🌱 seedling,grow|🌍 world,earth|☀️ sun,morning|🌙 moon,night
🔴 red circle|🟡 yellow circle|🟢 green circle|🔵 blue circle|⬆️ up|⬇️ down|➡️ right,next|↩️ back,revert`,
  ],
];

const emojiOf = (entry: string): Emoji => {
  const [sign = "", ...words] = entry.split(" ");
  return { sign, words: words.join(" ").split(",") };
};

export const groups: readonly [name: string, emojis: readonly Emoji[]][] = lists.map(([group, list]) => [group, list.split(/[|\n]/).map((entry) => emojiOf(entry.trim()))]);

const byName = new Map(groups.flatMap(([, emojis]) => emojis.map(({ sign, words }): [string, string] => [sign, words[0] ?? sign])));

/** What a sign is called; a sign that is not in the list is called what it is. */
export const nameOf = (sign: string): string => byName.get(sign) ?? sign;

/** One sign as it is typed by the system's own input, with its colour of skin, its flag or its family. */
const sign = /^(?:\p{RI}\p{RI}|[\d#*]\ufe0f?\u20e3|\p{Emoji}\p{EMod}?\ufe0f?(?:\u200d\p{Emoji}\p{EMod}?\ufe0f?)*)$/u;
const isDigit = /^[\d#*]$/;

/** The signs whose words begin with what is looked for, those of that very name first; and what was typed, where it is a sign itself. */
export const find = (query: string): Emoji[] => {
  const typed = query.trim();
  if (sign.test(typed) && !isDigit.test(typed)) return [{ sign: typed, words: [nameOf(typed)] }];
  const wanted = typed.toLowerCase().replaceAll(":", "").replaceAll("_", " ");
  const rank = ({ words }: Emoji): number => {
    if (words.some((word) => word === wanted)) return 0;
    if (words.some((word) => word.startsWith(wanted))) return 1;
    return words.some((word) => word.split(" ").some((part) => part.startsWith(wanted))) ? 2 : 3;
  };
  return groups
    .flatMap(([, emojis]) => emojis)
    .filter((emoji) => rank(emoji) < 3)
    .toSorted((a, b) => rank(a) - rank(b));
};
