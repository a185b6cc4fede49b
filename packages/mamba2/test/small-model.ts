// The small model of tests of generation: an odd vocabulary, padded, and a head of its own.
export const smallModel = {
  dModel: 16,
  nLayer: 2,
  vocabSize: 61,
  padVocabSizeMultiple: 16,
  dState: 8,
  headDim: 8,
  tieEmbeddings: false,
};
