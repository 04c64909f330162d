/**
 * Dialogues as texts, by the chat template of a model: a small interpreter of the part of Jinja
 * that such templates use. Knows no model and no file but the tokenizer's; never runs code.
 */
@NullMarked
package io.tributary.training.chat;

import org.jspecify.annotations.NullMarked;
