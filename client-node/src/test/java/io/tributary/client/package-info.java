/** Tests of whole nodes against a small coordinator in this process. */
@NullMarked
package io.tributary.client;

import org.jspecify.annotations.NullMarked;
