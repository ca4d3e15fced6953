import "backdrop-studio";
