/** Continues texts with a language model: which token follows, and when it is enough. */
@NullMarked
package io.tributary.training.generate;

import org.jspecify.annotations.NullMarked;
