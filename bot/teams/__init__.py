"""Teams: pages as Adaptive Cards, what people press as answers, and the edge between them and the connector."""
