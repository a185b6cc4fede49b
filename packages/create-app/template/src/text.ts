// What the model is trained on. Put your own text here: a few kilobytes are enough to see it learn, and it answers in the form that it has read.
const pairs = [
  ["What colour is the sky?", "The sky is blue."],
  ["What colour is the grass?", "The grass is green."],
  ["What colour is the snow?", "The snow is white."],
  ["What does a cat say?", "A cat says meow."],
  ["What does a dog say?", "A dog says woof."],
  ["What does a cow say?", "A cow says moo."],
  ["Where do fish live?", "Fish live in water."],
  ["Where do birds live?", "Birds live in trees."],
  ["Who are you?", "I am a small model."],
] as const;

/** How a question is put to the model, and how its text is trained on. */
export const asked = (question: string): string => `Q: ${question}\nA:`;

export const text: string = Array.from({ length: 60 }, (_, round) =>
  pairs
    .map((_, i) => pairs[(i * 4 + round) % pairs.length]!)
    .map(([question, answer]) => `${asked(question)} ${answer}\n`),
)
  .flat()
  .join("");
