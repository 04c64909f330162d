/** Tests of chat templates. */
@NullMarked
package io.tributary.training.chat;

import org.jspecify.annotations.NullMarked;
