/** The plan: what an ML engineer asks for, with every default visible. Never decides anything. */
@NullMarked
package io.tributary.federation.plan;

import org.jspecify.annotations.NullMarked;
